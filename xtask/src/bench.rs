use crate::failure::Failure;
use crate::process;

/// Measures the engine.
pub fn bench() -> Result<(), Failure> {
    let mut cargo = process::cargo();
    if process::succeeds(cargo.args(["bench", "-p", "election-engine", "--bench", "engine"]))? {
        return Ok(());
    }
    Err(Failure::new("The measurement did not finish; the reason stands above."))
}
