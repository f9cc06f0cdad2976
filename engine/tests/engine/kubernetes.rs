#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "kubernetes/":
    the_leader_crashes "leader-crash",
    a_paused_leader_does_damage "paused-unchecked",
    a_paused_leader_is_refused "paused-checked",
    a_slow_clock_gives_two_leaders "slow-clock",
}
