function mayWrite(lease, now, writeTime) {
  if (lease === ⟦null⟧ || now ⟦<⟧ lease.askedAt) return false;
  const elapsed = (now - lease.⟦askedAt⟧) * (1 ⟦+⟧ lease.drift);
  return elapsed + ⟦writeTime⟧ ⟦<⟧ lease.duration;
}
