// Packets in, frames out: one audio stream, front to back.
#include "decoder.h"

#include <libavutil/avstring.h>
#include <libavutil/frame.h>
#include <stdlib.h>

enum {
  LOWEST_RATE = 1000,
  HIGHEST_RATE = 768000,
  MOST_CHANNELS = 512,
  // Demuxers that fail so often in a row will not recover.
  MOST_READ_ERRORS = 10,
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
  for (unsigned other = 0; other < media->format->nb_streams; other++) {
    media->format->streams[other]->discard =
        (int)other == index ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  }
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

// Sends the next packet of our stream to the decoder, or the end. 0, or FFmpeg's code; a packet that is refused sets *bad.
static int feed(packet_decoder *decoder, bool *bad) {
  AVFormatContext *format = decoder->media->format;
  for (;;) {
    if (ls_media_must_stop(decoder->media)) return AVERROR_EXIT;
    int result = av_read_frame(format, decoder->packet);
    if (result == AVERROR_EXIT) return result;
    if (result < 0) {
      // To libavformat a disk that fails is the end of the file.
      if (decoder->media->system_error) return AVERROR(decoder->media->system_error);
      if (result != AVERROR_EOF && ++decoder->read_errors < MOST_READ_ERRORS) {
        *bad = true;
        return 0;
      }
      decoder->draining = true;
      avcodec_send_packet(decoder->codec, NULL);
      return 0;
    }
    decoder->read_errors = 0;
    bool ours = decoder->packet->stream_index == decoder->stream && decoder->packet->size > 0;
    if (!ours) {
      av_packet_unref(decoder->packet);
      continue;
    }
    decoder->tally.packets++;
    decoder->tally.ends_corrupt = (decoder->packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
    decoder->tally.corrupt_packets += decoder->tally.ends_corrupt;
    decoder->position = decoder->packet->pos;
    result = avcodec_send_packet(decoder->codec, decoder->packet);
    av_packet_unref(decoder->packet);
    if (result == AVERROR(ENOMEM)) return result;
    if (result < 0) *bad = true;
    return 0;
  }
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
    bool bad = false;
    result = feed(decoder, &bad);
    if (result < 0) {
      ls_media_fail(decoder->media, result, error);
      return LS_READ_FAILED;
    }
    if (bad) return LS_READ_BAD;
  }
}
