#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "etcd/":
    the_leader_crashes "leader-crash",
    a_paused_leader_does_damage "paused-unchecked",
    a_paused_leader_is_refused "paused-checked",
    a_dead_leader_lingers "etcd-changes-leader",
}
