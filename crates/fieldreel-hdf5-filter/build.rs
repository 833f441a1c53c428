//! Says how the plugin is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // HDF5 unloads plugins when it ends, but threads of FFmpeg's and our own may still be there: their code stays.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
