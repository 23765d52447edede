// Packets in, frames out, on whichever thread asks.
#ifndef LONGSCRIBE_SHIM_DECODER_H
#define LONGSCRIBE_SHIM_DECODER_H

#include "internal.h"

typedef struct packet_decoder {
  ls_media *media;  // borrowed
  AVCodecContext *codec;
  AVPacket *packet;
  int stream;
  AVRational time_base;
  int64_t position;  // of the last packet, in bytes
  ls_tally tally;
  int ogg_rate;    // rate of an Ogg's first link; 0 in other containers
  bool times_lost;
  bool draining;
} packet_decoder;

// 0, or FFmpeg's code; close it in either case.
int packet_decoder_open(packet_decoder *decoder, ls_media *media, int stream);
enum ls_read packet_decoder_read(packet_decoder *decoder, AVFrame *frame, ls_frame *out, ls_error *error);
// Whether a recording may have this form.
bool packet_decoder_accepts(int rate, int channels);
void packet_decoder_close(packet_decoder *decoder);

#endif
