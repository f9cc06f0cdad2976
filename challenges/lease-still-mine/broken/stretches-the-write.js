// wrong: takes the time of the write for time on its own clock
function mayWrite(lease, now, writeTime) {
  if (lease === null || now < lease.askedAt) return false;
  return (now - lease.askedAt + writeTime) * (1 + lease.drift) < lease.duration;
}
