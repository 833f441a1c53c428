#!/usr/bin/env python3
"""Check the published crates as crates.io and docs.rs get them.

  scripts/published_crates.py test   packages every crate, unpacks the packages, and runs their tests
  scripts/published_crates.py docs   builds their documentation as docs.rs does

The packages are unpacked into the folder `packaged` of the target folder, where a workspace makes
them depend on each other instead of on the versions of crates.io. A warning of `cargo package` is
an error. Names of crates after the command limit the tests or the documentation to these crates.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CARGO = os.environ.get("CARGO", "cargo")
# docs.rs has FFmpeg's libraries, but not these.
MISSING_ON_DOCS_RS = ("eccodes", "hdf5", "netcdf")


def workspace() -> tuple[list[dict], Path]:
    """Return the packages of the workspace, and its target folder."""
    command = [CARGO, "metadata", "--format-version", "1", "--no-deps", "--locked"]
    output = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    metadata = json.loads(output.stdout)
    return metadata["packages"], Path(metadata["target_directory"])


def package(packages: list[dict]) -> None:
    """Package the crates that are published, without a warning."""
    command = [CARGO, "package", "--workspace", "--locked", "--no-verify", "--allow-dirty"]
    for crate in packages:
        if crate["publish"] == []:
            command += ["--exclude", crate["name"]]
    output = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    sys.stderr.write(output.stderr)
    if output.returncode != 0 or "warning:" in output.stderr:
        sys.exit("error: `cargo package` failed or printed a warning")


def unpack(packages: list[dict], target: Path) -> Path:
    """Unpack the packages of the crates into a workspace, and return its folder."""
    folder = target / "packaged"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    names = []
    for crate in packages:
        if crate["publish"] == []:
            continue
        name = f"{crate['name']}-{crate['version']}"
        archive = target / "package" / f"{name}.crate"
        with tarfile.open(archive) as members:
            links = [member.name for member in members if not member.isfile()]
        if links:
            sys.exit(f"error: {name} contains links: {links}")
        subprocess.run(["tar", "-xzf", archive, "-C", folder], check=True)
        for required in ("README.md", "LICENSE-MIT", "LICENSE-APACHE"):
            if not (folder / name / required).is_file():
                sys.exit(f"error: {name} has no {required}")
        # The lock file of the workspace counts.
        (folder / name / "Cargo.lock").unlink(missing_ok=True)
        names.append((crate["name"], name))
    manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    lines = ["[workspace]", 'resolver = "3"', 'members = ["fieldreel*"]', "", "[patch.crates-io]"]
    lines += [f'{crate} = {{ path = "{name}" }}' for crate, name in names]
    profiles = manifest[manifest.index("[profile.dev]") :]
    text = "\n".join(lines) + "\n\n" + profiles
    (folder / "Cargo.toml").write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "Cargo.lock", folder / "Cargo.lock")
    return folder


def run(command: list[str], folder: Path, target: Path, **variables: str) -> None:
    """Run cargo in a folder."""
    print("+", " ".join(command), flush=True)
    environment = os.environ | {"CARGO_TARGET_DIR": str(target)} | variables
    status = subprocess.run(command, cwd=folder, env=environment).returncode
    if status != 0:
        sys.exit(f"error: `{' '.join(command)}` failed")


def test(crates: list[dict], folder: Path, target: Path) -> None:
    """Run the tests of each crate in its package."""
    for crate in crates:
        # Without this variable, tests look for real data beside the repository.
        nowhere = str(folder / "no-data")
        command = [CARGO, "test", "--offline", "-p", crate["name"]]
        run(command, folder, target, FIELDREEL_DATA=nowhere)


def pkg_config_folder() -> tempfile.TemporaryDirectory:
    """Return a folder of links to the files of pkg-config that docs.rs may have."""
    output = subprocess.run(
        ["pkg-config", "--variable", "pc_path", "pkg-config"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    folder = tempfile.TemporaryDirectory()
    for source in output.stdout.strip().split(":"):
        for file in sorted(Path(source).glob("*.pc")):
            link = Path(folder.name) / file.name
            if not file.name.startswith(MISSING_ON_DOCS_RS) and not link.exists():
                link.symlink_to(file)
    return folder


def docs(crates: list[dict], folder: Path, target: Path) -> None:
    """Build the documentation of each crate with the features of its manifest."""
    with pkg_config_folder() as libraries:
        for crate in crates:
            # docs.rs documents libraries only.
            if not any("lib" in kind for target in crate["targets"] for kind in target["kind"]):
                continue
            settings = (crate["metadata"] or {}).get("docs", {}).get("rs", {})
            command = [CARGO, "rustdoc", "--offline", "--lib", "-p", crate["name"]]
            run(
                command + ["--features", ",".join(settings.get("features", []))],
                folder,
                target,
                DOCS_RS="1",
                RUSTC_BOOTSTRAP="1",
                RUSTDOCFLAGS="--cfg docsrs -D warnings",
                PKG_CONFIG_PATH="",
                PKG_CONFIG_LIBDIR=libraries,
            )


def main() -> None:
    """Package and unpack the crates, and test or document them."""
    commands = {"test": test, "docs": docs}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    packages, target = workspace()
    package(packages)
    folder = unpack(packages, target)
    # The builds have no network, as on docs.rs.
    run([CARGO, "fetch"], folder, target)
    published = [crate for crate in packages if crate["publish"] != []]
    chosen = [crate for crate in published if crate["name"] in sys.argv[2:]]
    commands[sys.argv[1]](chosen or published, folder, target)


if __name__ == "__main__":
    main()
