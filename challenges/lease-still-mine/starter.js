// May you still write?
function mayWrite(lease, now, writeTime) {
  return now < lease.answeredAt + lease.duration;
}
