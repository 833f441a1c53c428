"""Prints the directory of the HDF5 plugin, for ``HDF5_PLUGIN_PATH``."""

from fieldreel._plugin import plugin_directory

print(plugin_directory())
