# The two commands for a new machine with Rust, a C compiler and make:
#
#   make demo    compresses a real field in every mode and prints the paths of the results
#   make test    runs everything that CI runs
#
# Both install missing system packages (Debian, Ubuntu) or list them (other systems).

CARGO ?= cargo
DEMO_OUT ?= report
PEERS_OUT ?= docs/benchmarks
# The directory into which `make install-filter` puts the HDF5 plugin.
FILTER_DIR ?= $(HOME)/.local/lib/hdf5/plugin
LIBRARIES := --workspace --exclude fieldreel-peers
# The C++ code of the peers takes minutes and gigabytes to build, so their package is built without
# it. One command builds all packages, because their shared dependencies would otherwise be built
# again for each set of features.
WORKSPACE := --workspace --no-default-features \
    --features fieldreel/default,fieldreel-formats/default,fieldreel-hdf5-filter/default \
    --features fieldreel/netcdf-crate,fieldreel/eccodes-crate,fieldreel/serde
EMBEDDED := -p fieldreel-codec -p fieldreel-reel --no-default-features \
    --features fieldreel-codec/av1-embedded,fieldreel-reel/av1-embedded
# The file name that cargo gives the HDF5 plugin on this system.
FILTER := libfieldreel_hdf5_filter.$(if $(filter Darwin,$(shell uname -s)),dylib,so)

.PHONY: demo test fmt prose clippy unit interrupted long large doc compile bare embedded fuzz-check readers bench peers peers-best valgrind semver \
        install-filter packages packages-bench packages-peers packages-tests

demo: packages
	$(CARGO) run --release --locked --example report -- --out $(DEMO_OUT)

test: packages-tests fmt prose clippy unit long doc compile bare embedded fuzz-check readers

fmt:
	$(CARGO) fmt --all -- --check
	$(CARGO) fmt --manifest-path fuzz/Cargo.toml -- --check

# Checks spelling, links between Markdown files, and the beginnings of comments.
prose: packages-tests
	codespell
	scripts/check_links.py
	! grep -rnE '^\s*//[/!]?\s*(What|Whether|Where|Which|How|Who|Why)\b' --include='*.rs' \
	    crates benches examples fuzz/fuzz_targets

clippy:
	$(CARGO) clippy $(WORKSPACE) --all-targets --locked -- -D warnings

# Unit, property and integration tests, and doctests.
unit:
	$(CARGO) test $(WORKSPACE) --locked

# Interrupts programs by signals at random times and writes to full disks, more often than `unit`.
# Runs as root to mount small disks.
interrupted: packages
	FIELDREEL_INTERRUPTED=200 $(CARGO) test $(WORKSPACE) --locked --test outputs -- --nocapture disks interrupted

# Tests real fields at full size: the modes against the figures of the original tool, and reels
# against their bounds. The tests are built like the unit tests, because most of the time is spent
# in codecs, which are C code, and a release build would take as long as the tests.
long:
	$(CARGO) test $(WORKSPACE) --locked --test modes --test bounds

# Compresses a file of 8 GB, which takes half an hour and as much space in TMPDIR.
large: packages
	$(CARGO) test --release --locked -p fieldreel --test large -- --nocapture

doc:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(WORKSPACE) --no-deps --locked

compile:
	$(CARGO) build $(WORKSPACE) --examples --benches --locked

# Builds without C libraries. The dependency tree must contain no -sys crate, except those of the
# interfaces of the operating system.
bare:
	$(CARGO) clippy -p fieldreel --no-default-features --locked -- -D warnings
	$(CARGO) test -p fieldreel-reel --no-default-features --locked
	! $(CARGO) tree -p fieldreel --no-default-features --locked -e normal --prefix none | grep -E -- '-sys' | grep -vE '^(linux-raw|windows)-sys '

# Builds and tests AV1 without C libraries, and then the encoder rav1e together with FFmpeg.
embedded:
	$(CARGO) clippy -p fieldreel --no-default-features --features av1-embedded --locked -- -D warnings
	$(CARGO) test $(EMBEDDED) --test codec --test embedded --locked
	$(CARGO) test -p fieldreel-codec --features av1-embedded --test codec --locked -- rav1e av1_streams embedded_mp4
	! $(CARGO) tree -p fieldreel --no-default-features --features av1-embedded --locked -e normal --prefix none | grep -E -- '-sys' | grep -vE '^(linux-raw|windows)-sys '

# Checking that the targets compile needs neither cargo-fuzz nor the flags of the nightly compiler.
fuzz-check:
	$(CARGO) check --manifest-path fuzz/Cargo.toml --target-dir "$${CARGO_TARGET_DIR:-target}" --locked

# Reads chunks of the plugin with the programs for HDF5 and NetCDF that are installed.
readers: packages-tests
	CARGO_FLAGS="$(WORKSPACE)" scripts/readers.sh

bench: packages-bench
	$(CARGO) bench $(LIBRARIES) --locked

# Compares fieldreel with other compressors, on every field at every bound. All times are measured
# anew, which takes hours.
peers: packages-peers
	$(CARGO) run --release --locked -p fieldreel-peers -- --efforts fast,balanced --out $(PEERS_OUT) --docs docs/benchmarks.md
	$(CARGO) run --release --locked -p fieldreel-peers -- --integers --efforts fast,balanced --out $(PEERS_OUT) --docs docs/benchmarks.md

# Adds `Best` to the comparison, which takes many hours. Measurements of the same versions are
# kept.
peers-best: packages-peers
	$(CARGO) run --release --locked -p fieldreel-peers -- --resume --efforts best --peers none --out $(PEERS_OUT) --docs docs/benchmarks.md

# Runs x265 at the frame sizes at which it was seen to overrun its buffers, and with a pool of
# threads.
valgrind: packages
	scripts/valgrind.sh

# Installs the HDF5 plugin into a directory of the user.
install-filter: packages
	$(CARGO) build --release --locked -p fieldreel-hdf5-filter --lib
	mkdir -p "$(FILTER_DIR)"
	cp "$${CARGO_TARGET_DIR:-target}/release/$(FILTER)" "$(FILTER_DIR)/.$(FILTER).new"
	mv "$(FILTER_DIR)/.$(FILTER).new" "$(FILTER_DIR)/$(FILTER)"
	@echo 'export HDF5_PLUGIN_PATH="$(FILTER_DIR)"'

# Checks the public interface against the last release on crates.io. Needs
# `cargo install cargo-semver-checks`.
semver: packages
	$(CARGO) semver-checks --workspace --exclude fieldreel-peers

packages:
	@scripts/install-packages.sh

packages-bench:
	@scripts/install-packages.sh --bench

packages-peers:
	@scripts/install-packages.sh --peers

packages-tests:
	@scripts/install-packages.sh --tests
