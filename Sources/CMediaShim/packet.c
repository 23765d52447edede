// Packets of one stream, front to back: what decoding and scanning have in common.
#include "internal.h"

// Demuxers that fail so often in a row will not recover.
enum { MOST_READ_ERRORS = 10 };

void ls_media_select(ls_media *media, int stream) {
  media->read_errors = 0;
  for (unsigned each = 0; each < media->format->nb_streams; each++) {
    media->format->streams[each]->discard = (int)each == stream ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  }
}

enum ls_read ls_media_read_packet(ls_media *media, int stream, AVPacket *packet, ls_error *error) {
  for (;;) {
    int result = ls_media_must_stop(media) ? AVERROR_EXIT : av_read_frame(media->format, packet);
    if (result < 0) {
      // To libavformat a disk that fails is the end of the file.
      if (result == AVERROR_EXIT || media->system_error) {
        ls_media_fail(media, result, error);
        return LS_READ_FAILED;
      }
      return result == AVERROR_EOF || ++media->read_errors >= MOST_READ_ERRORS ? LS_READ_END : LS_READ_BAD;
    }
    media->read_errors = 0;
    if (packet->stream_index == stream && packet->size > 0) return LS_READ_FRAME;
    av_packet_unref(packet);
  }
}
