"""What the pages show: rollups, columns, exports. Reads only what it derived itself."""
