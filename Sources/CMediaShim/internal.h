// What the .c files of the shim share.
#ifndef LONGSCRIBE_SHIM_INTERNAL_H
#define LONGSCRIBE_SHIM_INTERNAL_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswresample/swresample.h>
#include <stdatomic.h>

#include "media_shim.h"

struct ls_cancel {
  atomic_bool raised;
  _Atomic int64_t deadline;  // of the monotonic clock in nanoseconds; 0: none
};

struct ls_media {
  AVFormatContext *format;
  AVIOContext *io;
  ls_source *source;
  ls_cancel *cancel;
  int64_t position;
  int64_t opening;  // bytes read while the container is being opened; -1 afterwards
  // Called on the decoding thread before it waits for a pipe; may be NULL.
  void (*before_waiting)(void *opaque);
  void *before_waiting_opaque;
  atomic_bool closing;  // the decoder is being closed
  int read_errors;      // of the demuxer, in a row
  bool spool_failed;    // it was a write to the spool that the system refused
  int system_error;     // errno of the first read that the system refused, else 0
};

// Fills error from FFmpeg's code and returns false, so that callers can `return ls_fail(…)`.
bool ls_fail(ls_error *error, int code);
bool ls_fail_as(ls_error *error, enum ls_failure failure, const char *text);
int64_t ls_ns(int64_t time, AVRational base);
// Why reading failed: what the system said of the file or the spool, if it did, for demuxers say "I/O error" of damaged files too.
bool ls_media_fail(const ls_media *media, int code, ls_error *error);
// Discards all streams but one.
void ls_media_select(ls_media *media, int stream);
// The next packet of the stream that was selected: LS_READ_FRAME when it is there.
enum ls_read ls_media_read_packet(ls_media *media, int stream, AVPacket *packet, ls_error *error);
// Whether reading must end: cancelled, out of time, or nobody wants more.
bool ls_media_must_stop(const ls_media *media);
// The frame that was read last.
const AVFrame *ls_decoder_frame(const ls_decoder *decoder);

#endif
