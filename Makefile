# The two commands for a new machine with Rust, a C compiler and make:
#
#   make demo    compresses a real field in every mode and prints the paths of the results
#   make test    runs everything that CI runs
#
# Both install missing system packages (Debian, Ubuntu) or list them (other systems).

CARGO ?= cargo
PYTHON ?= python3
# The workspaces `fuzz`, `python`, `examples/mpi` and `tests/object-store` use the same directory.
export CARGO_TARGET_DIR ?= $(abspath target)
DEMO_OUT ?= report
# The targets that `make targets` checks. Their standard libraries must be installed.
TARGETS ?= aarch64-unknown-linux-gnu x86_64-apple-darwin x86_64-pc-windows-gnu x86_64-unknown-linux-musl
PEERS_OUT ?= docs/benchmarks
# The directory into which `make install-filter` puts the HDF5 plugin.
FILTER_DIR ?= $(HOME)/.local/lib/hdf5/plugin
LIBRARIES := --workspace --exclude fieldreel-peers
# The C++ code of the peers takes minutes and gigabytes to build, so their package is built without
# it. One command builds all packages, because their shared dependencies would otherwise be built
# again for each set of features.
WORKSPACE := --workspace --no-default-features \
    --features fieldreel/default,fieldreel-formats/default,fieldreel-hdf5-filter/default \
    --features fieldreel-cli/default,fieldreel-zarr/default \
    --features fieldreel/netcdf-crate,fieldreel/eccodes-crate,fieldreel/serde
EMBEDDED := -p fieldreel-codec -p fieldreel-reel --no-default-features \
    --features fieldreel-codec/av1-embedded,fieldreel-reel/av1-embedded
# The file name that cargo gives the HDF5 plugin on this system.
FILTER := libfieldreel_hdf5_filter.$(if $(filter Darwin,$(shell uname -s)),dylib,so)

MPI := examples/mpi/Cargo.toml
OBJECT_STORE := tests/object-store/Cargo.toml

# The wheel, and the environment that builds it.
WHEELS := $(abspath $(CARGO_TARGET_DIR))/wheels
VENV := $(abspath $(CARGO_TARGET_DIR))/python
# The environment of the example for Dask.
DASK := $(abspath $(CARGO_TARGET_DIR))/dask

.PHONY: demo test static targets docs-rs publish-check bench-smoke fmt prose clippy unit interrupted long archive-killed archive-dask large doc compile bare embedded fuzz-check readers mpi mpi-test object-store-test bench peers peers-best valgrind semver \
        install-filter wheel wheel-test packages packages-bench packages-mpi packages-peers packages-tests

# Builds only what the demo needs, and hardly optimized, because most of its time is spent in codecs,
# which are C code. Two modes are encoded at a time, so that their times are longer than alone.
demo: packages
	$(CARGO) run --profile demo --locked -p fieldreel-cli \
	    --no-default-features --features ffmpeg,netcdf,grib,plot \
	    -- report data/navy_winds_uwnd.nc --jobs 2 --out $(DEMO_OUT)

test: packages-tests fmt prose clippy unit long doc compile bare fuzz-check readers mpi

fmt:
	$(CARGO) fmt --all -- --check
	for workspace in fuzz examples/mpi tests/object-store; do \
	    $(CARGO) fmt --manifest-path $$workspace/Cargo.toml -- --check || exit; \
	done

# Checks spelling, links between Markdown files, and the beginnings of comments.
prose: packages-tests
	codespell
	scripts/check_links.py
	! grep -rnE '^\s*//[/!]?\s*(What|Whether|Where|Which|How|Who|Why)\b' --include='*.rs' \
	    crates benches examples tests fuzz/fuzz_targets

clippy:
	$(CARGO) clippy $(WORKSPACE) --all-targets --locked -- -D warnings

# Unit, property and integration tests, and doctests.
unit:
	$(CARGO) test $(WORKSPACE) --locked

# Interrupts the program by signals at random times and writes to full disks, more often than `unit`.
# Runs as root to mount small disks.
interrupted: packages
	FIELDREEL_INTERRUPTED=200 $(CARGO) test $(WORKSPACE) --locked --test outputs -- --nocapture disks interrupted

# Tests real fields at full size: the modes against the figures of the original tool, and reels
# against their bounds. The tests are built like the unit tests, because most of the time is spent
# in codecs, which are C code, and a release build would take as long as the tests.
long:
	$(CARGO) test $(WORKSPACE) --locked --test modes --test bounds

# Compresses 500 files of 2 MB by four processes, of which 20 are killed, and then by one and by two
# processes.
archive-killed: packages
	FIELDREEL_ARCHIVE_KILLS=20 $(CARGO) test $(WORKSPACE) --locked --test archives -- --nocapture killed

# Runs the script of the documentation over 50 files on a local Dask cluster.
archive-dask: $(DASK)/bin/dask packages
	$(CARGO) build $(WORKSPACE) --locked --bin fieldreel
	PATH="$(abspath $(CARGO_TARGET_DIR))/debug:$$PATH" PYTHON=$(DASK)/bin/python scripts/archive_dask.sh

$(DASK)/bin/dask:
	$(PYTHON) -m venv $(DASK)
	$(DASK)/bin/pip install --quiet 'dask[distributed]>=2024.1'

# Compresses a file of 8 GB, which takes half an hour and as much space in TMPDIR.
large: packages
	$(CARGO) test --release --locked -p fieldreel --test large -- --nocapture

doc:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(WORKSPACE) --no-deps --locked
	for crate in crates/*; do \
	    features=$$([ "$$crate" != crates/fieldreel-codec ] || echo ffmpeg); \
	    RUSTDOCFLAGS="-D warnings" $(CARGO) doc -p "$${crate##*/}" --no-default-features --features "$$features" \
	        --no-deps --locked || exit; \
	done

compile:
	$(CARGO) build $(WORKSPACE) --lib --bins --examples --benches --locked

# Builds without C libraries. The dependency tree must contain no -sys crate, except those of the
# interfaces of the operating system.
bare:
	$(CARGO) clippy -p fieldreel --no-default-features --locked -- -D warnings
	$(CARGO) clippy -p fieldreel-cli --no-default-features --all-targets --locked -- -D warnings
	$(CARGO) test -p fieldreel-reel -p fieldreel-cli --no-default-features --locked
	for package in fieldreel fieldreel-cli; do \
	    ! $(CARGO) tree -p $$package --no-default-features --locked -e normal --prefix none \
	        | grep -E -- '-sys' | grep -vE '^(linux-raw|windows)-sys ' || exit 1; \
	done

# Builds and tests AV1 without C libraries, and then the encoder rav1e together with FFmpeg.
embedded: packages
	$(CARGO) clippy -p fieldreel --no-default-features --features av1-embedded --locked -- -D warnings
	$(CARGO) test $(EMBEDDED) --test codec --test embedded --locked
	$(CARGO) test -p fieldreel-codec --features av1-embedded --test codec --locked -- rav1e av1_streams embedded_mp4
	! $(CARGO) tree -p fieldreel --no-default-features --features av1-embedded --locked -e normal --prefix none | grep -E -- '-sys' | grep -vE '^(linux-raw|windows)-sys '

# Checking that the targets compile needs neither cargo-fuzz nor the flags of the nightly compiler.
fuzz-check:
	$(CARGO) check --manifest-path fuzz/Cargo.toml --locked

# Reads chunks of the plugin with the programs for HDF5 and NetCDF that are installed.
readers: packages-tests
	CARGO_FLAGS="$(WORKSPACE)" scripts/readers.sh

# Runs the example of MPI on 1, 2 and 4 processes, if MPI is installed.
mpi:
	@if command -v mpicc >/dev/null && command -v mpirun >/dev/null; then \
	    $(CARGO) test --manifest-path $(MPI) --locked; \
	else \
	    echo "skipped: the example of MPI needs mpicc and mpirun (Debian: libopenmpi-dev openmpi-bin)"; \
	fi

# The same with MPI installed, and with the lints.
mpi-test: packages-mpi
	$(CARGO) clippy --manifest-path $(MPI) --all-targets --locked -- -D warnings
	$(MAKE) mpi

# Stores Zarr arrays in an S3 server on this machine, which ends with the tests.
object-store-test:
	$(CARGO) clippy --manifest-path $(OBJECT_STORE) --all-targets --locked -- -D warnings
	$(CARGO) test --manifest-path $(OBJECT_STORE) --locked --no-run
	timeout 300 $(CARGO) test --manifest-path $(OBJECT_STORE) --locked -- --nocapture

bench: packages-bench
	$(CARGO) bench $(LIBRARIES) --locked

# Runs some of the benchmarks once, without measuring.
bench-smoke: packages-bench
	$(CARGO) bench $(LIBRARIES) --locked --bench formats --bench quantize --bench reel -- --test

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

# Installs the HDF5 plugin into a directory of the user. HDF5 of conda-forge finds plugins in
# lib/hdf5/plugin of its environment.
install-filter: packages
	$(CARGO) build --release --locked -p fieldreel-hdf5-filter --lib
	mkdir -p "$(FILTER_DIR)"
	cp "$(CARGO_TARGET_DIR)/release/$(FILTER)" "$(FILTER_DIR)/.$(FILTER).new"
	mv "$(FILTER_DIR)/.$(FILTER).new" "$(FILTER_DIR)/$(FILTER)"
	@echo 'Every program: export HDF5_PLUGIN_PATH="$(FILTER_DIR)"'
	@echo 'conda:         make install-filter FILTER_DIR="$$CONDA_PREFIX/lib/hdf5/plugin"'
	@echo 'Python:        make wheel && pip install $(WHEELS)/fieldreel_hdf5-*.whl'

# Builds the Python package with a plugin that needs no other library, in target/wheels.
wheel: $(VENV)/bin/maturin
	$(CARGO) build --release --locked --manifest-path python/Cargo.toml -p fieldreel-python -p fieldreel-hdf5-filter
	cp "$(CARGO_TARGET_DIR)/release/$(FILTER)" python/fieldreel/plugins/
	$(VENV)/bin/maturin build --release --locked --quiet --manifest-path python/Cargo.toml --out $(WHEELS)

$(VENV)/bin/maturin:
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet 'maturin>=1.9,<2'

# Installs the wheel in a new virtual environment, and reads and writes files with h5py, netCDF4
# and xarray.
wheel-test: wheel
	rm -rf $(VENV)-test
	$(PYTHON) -m venv $(VENV)-test
	$(VENV)-test/bin/pip install --quiet "$$(ls -t $(WHEELS)/fieldreel_hdf5-*.whl | head -n 1)[test]"
	cd python/tests && $(VENV)-test/bin/python -m pytest --quiet

# Tests the programs that contain netcdf-c and HDF5, which are built from source. Needs cmake 3.26 or
# later, which Debian 12 does not have (`pip install cmake`).
static:
	$(CARGO) test -p fieldreel --no-default-features --features dataset,static --locked --test hdf5_filter --test datasets

# Checks that what needs no C library compiles for other systems (`rustup target add TARGET`).
targets:
	for target in $(TARGETS); do \
	    $(CARGO) check -p fieldreel --no-default-features --features formats,plot,serde --locked --target $$target || exit; \
	done

# Builds the documentation of each crate as docs.rs does: from its package, without a network, without
# netcdf-c, HDF5 and ecCodes. Needs cmake, as `static`.
docs-rs: packages
	scripts/published_crates.py docs

# Packages each crate as for crates.io, without a warning, and runs its tests from the package.
publish-check: packages-tests
	scripts/published_crates.py test

# Checks the public interface against the last release on crates.io. Needs
# `cargo install cargo-semver-checks`.
semver: packages
	$(CARGO) semver-checks --workspace --exclude fieldreel-peers --exclude fieldreel-cli

packages:
	@scripts/install-packages.sh

packages-bench:
	@scripts/install-packages.sh --bench

packages-mpi:
	@scripts/install-packages.sh --mpi

packages-peers:
	@scripts/install-packages.sh --peers

packages-tests:
	@scripts/install-packages.sh --tests
