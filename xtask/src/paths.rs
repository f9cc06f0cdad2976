use std::path::PathBuf;

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask lies inside the workspace").into()
}

/// A file or folder of the workspace.
pub fn in_root(path: &str) -> PathBuf {
    root().join(path)
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    let elsewhere = std::env::var_os("CARGO_TARGET_DIR");
    elsewhere.map_or_else(|| in_root("target"), |folder| root().join(folder))
}

/// Where the page's prepared files go before trunk picks them up.
pub fn page_assets() -> PathBuf {
    in_root("target/page")
}
