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
};

struct ls_media {
  AVFormatContext *format;
  AVIOContext *io;
  ls_source *source;
  ls_cancel *cancel;
  int64_t position;
};

struct ls_decoder {
  ls_media *media;  // borrowed
  AVCodecContext *codec;
  AVPacket *packet;
  AVFrame *frame;
  int stream;
  AVRational time_base;
  int read_errors;
  bool counts_samples;  // times are counted in samples, at whatever rate
  bool draining;
};

// Fills error from FFmpeg's code and returns false, so that callers can `return ls_fail(…)`.
bool ls_fail(ls_error *error, int code);
bool ls_fail_as(ls_error *error, enum ls_failure failure, const char *text);
int64_t ls_ns(int64_t time, AVRational base);

#endif
