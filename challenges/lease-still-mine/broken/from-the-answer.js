// wrong: counts from the answer instead of the question
function mayWrite(lease, now, writeTime) {
  if (lease === null || now < lease.askedAt) return false;
  const elapsed = (now - lease.answeredAt) * (1 + lease.drift);
  return elapsed + writeTime < lease.duration;
}
