#!/usr/bin/env python3
"""Write files of 2 metre temperature that resemble those of ERA5, for measurements of archives.

  scripts/era5_like.py FOLDER [PIECES [HOURS]]

Each of the PIECES (default: 20) files has HOURS (default: 240) hourly frames of 721 x 1440 values
of type f32, which are 1 GB for 240 hours, in NetCDF-4 without compression. The files continue each
other in time. A field is the sum of a profile over latitude, a static texture, planetary waves, a
daily cycle that is stronger over land, slowly evolving weather, and noise of 0.05 K. The values
depend on the position in time only. Needs numpy and netCDF4.
"""

import sys
from pathlib import Path

import netCDF4
import numpy as np

ROWS, COLUMNS = 721, 1440


def spectral_noise(seed: int) -> np.ndarray:
    """Return the Fourier coefficients of white noise."""
    noise = np.random.default_rng(seed).standard_normal((ROWS, COLUMNS), dtype="f4")
    return np.fft.rfft2(noise)


def texture(coefficients: np.ndarray, exponent: float, deviation: float) -> np.ndarray:
    """Return a field whose amplitudes fall with this power of the wave number."""
    ky = np.fft.fftfreq(ROWS)[:, None] * ROWS
    kx = np.fft.rfftfreq(COLUMNS)[None, :] * COLUMNS
    wave_number = np.hypot(ky, kx)
    wave_number[0, 0] = 1
    field = np.fft.irfft2(coefficients * wave_number**exponent, s=(ROWS, COLUMNS))
    return (field * (deviation / field.std())).astype("f4")


class Weather:
    """The parts of the field that do not depend on time."""

    def __init__(self) -> None:
        latitude = np.linspace(90, -90, ROWS, dtype="f4")
        longitude = np.arange(COLUMNS, dtype="f4") * np.float32(360 / COLUMNS)
        self.coordinates = latitude, longitude
        self.phi = np.deg2rad(latitude)[:, None]
        self.lam = np.deg2rad(longitude)[None, :]
        self.static = texture(spectral_noise(1), -1.7, 6.0)
        self.land = np.where(self.static > 1, np.float32(10), np.float32(2))
        self.static += 288 - 40 * np.sin(self.phi) ** 2
        self.eddies = [texture(spectral_noise(seed), -2.0, 1.5) for seed in (2, 3)]

    def frame(self, hour: int) -> np.ndarray:
        """Return the field at this hour."""
        day = np.float32(2 * np.pi * hour / 24)
        evolution = 3 * np.pi / 2 * hour / 240
        field = self.static + np.cos(evolution) * self.eddies[0]
        field += np.sin(evolution) * self.eddies[1]
        field += self.land * np.maximum(0, np.cos(self.lam + day)) * np.cos(self.phi)
        for n in range(3, 9):
            # A sine over latitude times a cosine over longitude: two vectors, not two fields.
            profile = np.cos(self.phi) ** 2 * np.sin(2 * self.phi + n)
            field += np.float32(3 / n) * profile * np.cos(n * self.lam - 0.02 * n * hour + n)
        generator = np.random.default_rng((4, hour))
        field += np.float32(0.05) * generator.standard_normal((ROWS, COLUMNS), dtype="f4")
        return field.astype("f4")


def write(path: Path, weather: Weather, first: int, hours: int) -> None:
    """Write a file of consecutive hours."""
    with netCDF4.Dataset(path, "w", format="NETCDF4") as dataset:
        dataset.Conventions = "CF-1.10"
        for name, length in ("time", None), ("latitude", ROWS), ("longitude", COLUMNS):
            dataset.createDimension(name, length)
        time = dataset.createVariable("time", "i4", ("time",))
        time.units, time.calendar = "hours since 1940-01-01", "standard"
        time[:] = np.arange(first, first + hours)
        names = ("latitude", "degrees_north"), ("longitude", "degrees_east")
        for (name, unit), values in zip(names, weather.coordinates):
            variable = dataset.createVariable(name, "f4", (name,))
            variable.units, variable.standard_name = unit, name
            variable[:] = values
        dimensions = ("time", "latitude", "longitude")
        variable = dataset.createVariable("t2m", "f4", dimensions, chunksizes=(1, ROWS, COLUMNS))
        variable.units, variable.standard_name = "K", "air_temperature"
        variable.long_name = "2 metre temperature"
        for hour in range(hours):
            variable[hour] = weather.frame(first + hour)


def main() -> None:
    """Write the files."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    pieces, hours = [int(text) for text in (sys.argv[2:] + ["20", "240"][len(sys.argv) - 2 :])]
    folder.mkdir(parents=True, exist_ok=True)
    weather = Weather()
    for piece in range(pieces):
        path = folder / f"t2m-{piece:03}.nc"
        write(path, weather, piece * hours, hours)
        print(path, flush=True)


if __name__ == "__main__":
    main()
