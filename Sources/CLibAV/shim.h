// Nothing is imported from here: this module only carries FFmpeg's flags from pkg-config to CMediaShim, whose
// sources alone include FFmpeg's headers.
