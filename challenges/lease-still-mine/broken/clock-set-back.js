// wrong: trusts a clock that was set back
function mayWrite(lease, now, writeTime) {
  if (lease === null) return false;
  const elapsed = (now - lease.askedAt) * (1 + lease.drift);
  return elapsed + writeTime < lease.duration;
}
