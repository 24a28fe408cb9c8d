"""The probe: asks an application itself, at a bounded rate, and tells which version answered."""
