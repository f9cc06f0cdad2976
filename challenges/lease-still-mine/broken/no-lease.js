// thrown: does not expect that there is no lease
function mayWrite(lease, now, writeTime) {
  if (now < lease.askedAt) return false;
  const elapsed = (now - lease.askedAt) * (1 + lease.drift);
  return elapsed + writeTime < lease.duration;
}
