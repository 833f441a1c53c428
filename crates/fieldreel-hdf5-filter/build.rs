//! Sets the linker arguments of the plugin.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // HDF5 unloads plugins when it shuts down, but threads of FFmpeg and of this library may still
    // run, so their code must stay loaded.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
