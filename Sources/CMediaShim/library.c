// Which of FFmpeg's libraries are loaded, and what they were built with.
#include <libavutil/avutil.h>

#include "internal.h"

const char *ls_ffmpeg_release(void) { return av_version_info(); }

unsigned ls_library_version(enum ls_library library) {
  switch (library) {
    case LS_LIBRARY_FORMAT: return avformat_version();
    case LS_LIBRARY_CODEC: return avcodec_version();
    case LS_LIBRARY_RESAMPLE: return swresample_version();
    case LS_LIBRARY_UTIL: return avutil_version();
  }
  return 0;
}

bool ls_can_demux(const char *format) { return av_find_input_format(format) != NULL; }

bool ls_can_decode(const char *codec) { return avcodec_find_decoder_by_name(codec) != NULL; }

bool ls_can_encode(const char *codec) { return avcodec_find_encoder_by_name(codec) != NULL; }
