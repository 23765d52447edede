// Bytes of a finished file: FFmpeg's muxers write through this into a seekable descriptor.
#ifndef LONGSCRIBE_SHIM_OUTPUT_H
#define LONGSCRIBE_SHIM_OUTPUT_H

#include <libavformat/avio.h>
#include <stdint.h>

typedef struct ls_output {
  AVIOContext *io;
  int fd;            // borrowed
  int64_t position;  // where the next byte goes; the descriptor's own position is left alone
  int system_error;  // errno of the first write that failed, else 0
} ls_output;

// Each returns a negative FFmpeg code on failure.
int ls_output_open(ls_output *output, int fd);
// Writes out what is buffered, and tells of every failure so far: muxers do not pass all of them on.
int ls_output_flush(ls_output *output);
// What is still buffered is dropped.
void ls_output_close(ls_output *output);

#endif
