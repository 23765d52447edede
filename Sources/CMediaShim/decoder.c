// Packets in, frames out: one audio stream, front to back.
#include "decoder.h"

#include <libavutil/avstring.h>
#include <libavutil/frame.h>
#include <stdlib.h>

enum {
  LOWEST_RATE = 1000,
  HIGHEST_RATE = 768000,
  MOST_CHANNELS = 512,
};

static int open_codec(packet_decoder *decoder, const AVStream *stream) {
  const AVCodec *codec = avcodec_find_decoder(stream->codecpar->codec_id);
  if (!codec) return AVERROR_DECODER_NOT_FOUND;
  decoder->codec = avcodec_alloc_context3(codec);
  decoder->packet = av_packet_alloc();
  if (!decoder->codec || !decoder->packet) return AVERROR(ENOMEM);
  int result = avcodec_parameters_to_context(decoder->codec, stream->codecpar);
  if (result < 0) return result;
  // Without it, times after removed priming are wrong by the priming.
  decoder->codec->pkt_timebase = stream->time_base;
  decoder->codec->thread_count = 1;
  AVDictionary *options = NULL;
  // Loudness as recorded, and the same noise each time: AC-3 only, others ignore it.
  av_dict_set(&options, "drc_scale", "0", 0);
  av_dict_set(&options, "cons_noisegen", "1", 0);
  result = avcodec_open2(decoder->codec, codec, &options);
  av_dict_free(&options);
  return result;
}

int packet_decoder_open(packet_decoder *decoder, ls_media *media, int index) {
  ls_media_select(media, index);
  const AVStream *stream = media->format->streams[index];
  decoder->media = media;
  decoder->stream = index;
  decoder->time_base = stream->time_base;
  decoder->ogg_rate = av_match_name("ogg", media->format->iformat->name) > 0 ? stream->codecpar->sample_rate : 0;
  return open_codec(decoder, stream);
}

void packet_decoder_close(packet_decoder *decoder) {
  avcodec_free_context(&decoder->codec);
  av_packet_free(&decoder->packet);
}

// Sends the next packet of our stream to the decoder, or the end. LS_READ_BAD: it could not be read, or was refused.
static enum ls_read feed(packet_decoder *decoder, ls_error *error) {
  enum ls_read read = ls_media_read_packet(decoder->media, decoder->stream, decoder->packet, error);
  if (read == LS_READ_END) {
    decoder->draining = true;
    avcodec_send_packet(decoder->codec, NULL);
  }
  if (read != LS_READ_FRAME) return read;
  decoder->tally.packets++;
  decoder->tally.corrupt_packets += (decoder->packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
  decoder->position = decoder->packet->pos;
  int result = avcodec_send_packet(decoder->codec, decoder->packet);
  av_packet_unref(decoder->packet);
  if (result == AVERROR(ENOMEM)) {
    ls_media_fail(decoder->media, result, error);
    return LS_READ_FAILED;
  }
  return result < 0 ? LS_READ_BAD : LS_READ_FRAME;
}

bool packet_decoder_accepts(int rate, int channels) {
  return rate >= LOWEST_RATE && rate <= HIGHEST_RATE && channels >= 1 && channels <= MOST_CHANNELS;
}

static enum ls_read accept_frame(packet_decoder *decoder, const AVFrame *frame, ls_frame *out,
                                 ls_error *error) {
  if (!packet_decoder_accepts(frame->sample_rate, frame->ch_layout.nb_channels)) {
    ls_fail_as(error, LS_FAILURE_LIMIT, "a sample rate or channel count that no recording has");
    return LS_READ_FAILED;
  }
  // In a chain of Oggs whose next link has another rate, libavformat goes on counting with the first one's rate and block sizes: its
  // times mean nothing any more, and samples alone are counted.
  if (decoder->ogg_rate > 0 && frame->sample_rate != decoder->ogg_rate) decoder->times_lost = true;
  out->time_ns = decoder->times_lost ? LS_NO_TIME : ls_ns(frame->pts, decoder->time_base);
  out->samples = frame->nb_samples;
  out->rate = frame->sample_rate;
  return LS_READ_FRAME;
}

enum ls_read packet_decoder_read(packet_decoder *decoder, AVFrame *frame, ls_frame *out, ls_error *error) {
  for (;;) {
    // avcodec_receive_frame: EAGAIN asks for input, EOF says that the decoder is empty for good.
    int result = avcodec_receive_frame(decoder->codec, frame);
    if (result == 0) {
      decoder->tally.last_sound = decoder->position;
      return accept_frame(decoder, frame, out, error);
    }
    if (result == AVERROR_EOF) return LS_READ_END;
    if (result != AVERROR(EAGAIN)) {
      if (result != AVERROR(ENOMEM)) return LS_READ_BAD;
      ls_fail(error, result);
      return LS_READ_FAILED;
    }
    if (decoder->draining) return LS_READ_END;
    enum ls_read fed = feed(decoder, error);
    if (fed == LS_READ_BAD || fed == LS_READ_FAILED) return fed;
  }
}
