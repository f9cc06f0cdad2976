// wrong: takes its own clock for exact
function mayWrite(lease, now, writeTime) {
  if (lease === null || now < lease.askedAt) return false;
  const elapsed = (now - lease.askedAt);
  return elapsed + writeTime < lease.duration;
}
