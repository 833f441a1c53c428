# Two commands for a fresh machine that has Rust, a C compiler and make:
#
#   make demo    compress a real field in every mode; prints where the table and figures are
#   make test    everything that CI runs
#
# Both install the system packages that are missing (Debian, Ubuntu) or name them (elsewhere).

CARGO ?= cargo
DEMO_OUT ?= report
PEERS_OUT ?= docs/benchmarks
# Where `make install-filter` puts the HDF5 plugin.
FILTER_DIR ?= $(HOME)/.local/lib/hdf5/plugin
LIBRARIES := --workspace --exclude fieldreel-peers
# The peers' C++ takes minutes and gigabytes to build: their package is checked without it. All packages at once: what they
# share would be built again with the features that only some of them ask for.
WORKSPACE := --workspace --no-default-features \
    --features fieldreel/default,fieldreel-formats/default,fieldreel-hdf5-filter/default \
    --features fieldreel/netcdf-crate,fieldreel/eccodes-crate
# The HDF5 plugin, as cargo names it here.
FILTER := libfieldreel_hdf5_filter.$(if $(filter Darwin,$(shell uname -s)),dylib,so)

.PHONY: demo test fmt prose clippy unit interrupted long large doc compile bare fuzz-check readers bench peers peers-best valgrind semver \
        install-filter packages packages-bench packages-peers packages-tests

demo: packages
	$(CARGO) run --release --locked --example report -- --out $(DEMO_OUT)

test: packages-tests fmt prose clippy unit long doc compile bare fuzz-check readers

fmt:
	$(CARGO) fmt --all -- --check
	$(CARGO) fmt --manifest-path fuzz/Cargo.toml -- --check

# Spelling, links between Markdown files, and comments that do not begin with a sentence.
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

# Programs that are stopped by signals at random times, and disks that are full, more of each than `unit` runs. As root, to
# mount small disks.
interrupted: packages
	FIELDREEL_INTERRUPTED=200 $(CARGO) test $(WORKSPACE) --locked --test outputs -- --nocapture disks interrupted

# Real fields at full size: the modes against the original tool's figures, and reels against their bounds. As the unit tests
# are built: most of the time is that of codecs, which are in C; a build in release mode takes as long again.
long:
	$(CARGO) test $(WORKSPACE) --locked --test modes --test bounds

# A file of 8 GB as a whole. Takes that room where TMPDIR is, and half an hour.
large: packages
	$(CARGO) test --release --locked -p fieldreel --test large -- --nocapture

doc:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(WORKSPACE) --no-deps --locked

compile:
	$(CARGO) build $(WORKSPACE) --examples --benches --locked

# No C library: not one -sys crate may be in the tree, but for the system's own interfaces.
bare:
	$(CARGO) clippy -p fieldreel --no-default-features --locked -- -D warnings
	$(CARGO) test -p fieldreel-reel --no-default-features --locked
	! $(CARGO) tree -p fieldreel --no-default-features --locked -e normal --prefix none | grep -E -- '-sys' | grep -vE '^(linux-raw|windows)-sys '

# cargo-fuzz itself needs no installing to check that the targets compile, nor do these need nightly's flags.
fuzz-check:
	$(CARGO) check --manifest-path fuzz/Cargo.toml --target-dir "$${CARGO_TARGET_DIR:-target}" --locked

# Programs that read HDF5 and NetCDF, where they are installed, on chunks of the plugin.
readers: packages-tests
	CARGO_FLAGS="$(WORKSPACE)" scripts/readers.sh

bench: packages-bench
	$(CARGO) bench $(LIBRARIES) --locked

# fieldreel beside other compressors, on every field at every bound, all times measured anew: hours.
peers: packages-peers
	$(CARGO) run --release --locked -p fieldreel-peers -- --efforts fast,balanced --out $(PEERS_OUT) --docs docs/benchmarks.md
	$(CARGO) run --release --locked -p fieldreel-peers -- --integers --efforts fast,balanced --out $(PEERS_OUT) --docs docs/benchmarks.md

# `Best` beside them: many hours. What was measured before with the same versions is kept.
peers-best: packages-peers
	$(CARGO) run --release --locked -p fieldreel-peers -- --resume --efforts best --peers none --out $(PEERS_OUT) --docs docs/benchmarks.md

# x265 at the frame sizes where it was seen to overrun its buffers, and with a pool of threads.
valgrind: packages
	scripts/valgrind.sh

# The HDF5 plugin into a folder of the user's.
install-filter: packages
	$(CARGO) build --release --locked -p fieldreel-hdf5-filter --lib
	mkdir -p "$(FILTER_DIR)"
	cp "$${CARGO_TARGET_DIR:-target}/release/$(FILTER)" "$(FILTER_DIR)/.$(FILTER).new"
	mv "$(FILTER_DIR)/.$(FILTER).new" "$(FILTER_DIR)/$(FILTER)"
	@echo 'export HDF5_PLUGIN_PATH="$(FILTER_DIR)"'

# The public interface against the last release on crates.io. Needs `cargo install cargo-semver-checks`.
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
