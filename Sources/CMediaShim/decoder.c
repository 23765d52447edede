// Packets in, frames out: one audio stream, front to back.
#include <libavutil/avstring.h>
#include <libavutil/frame.h>
#include <libavutil/samplefmt.h>
#include <math.h>
#include <stdlib.h>

#include "internal.h"

enum {
  LOWEST_RATE = 1000,
  HIGHEST_RATE = 768000,
  MOST_CHANNELS = 64,
  // Demuxers that fail so often in a row will not recover.
  MOST_READ_ERRORS = 10,
};

static int open_codec(ls_decoder *decoder, const AVStream *stream) {
  const AVCodec *codec = avcodec_find_decoder(stream->codecpar->codec_id);
  if (!codec) return AVERROR_DECODER_NOT_FOUND;
  decoder->codec = avcodec_alloc_context3(codec);
  decoder->packet = av_packet_alloc();
  decoder->frame = av_frame_alloc();
  if (!decoder->codec || !decoder->packet || !decoder->frame) return AVERROR(ENOMEM);
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

ls_decoder *ls_decoder_open(ls_media *media, int index, ls_error *error) {
  if (index < 0 || index >= (int)media->format->nb_streams) {
    ls_fail_as(error, LS_FAILURE_NOT_MEDIA, "no such stream");
    return NULL;
  }
  ls_decoder *decoder = calloc(1, sizeof *decoder);
  if (!decoder) {
    ls_fail(error, AVERROR(ENOMEM));
    return NULL;
  }
  for (unsigned other = 0; other < media->format->nb_streams; other++) {
    media->format->streams[other]->discard =
        (int)other == index ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  }
  const AVStream *stream = media->format->streams[index];
  decoder->media = media;
  decoder->stream = index;
  decoder->time_base = stream->time_base;
  decoder->counts_samples = av_match_name("ogg", media->format->iformat->name) > 0 &&
                            stream->time_base.num == 1 &&
                            stream->time_base.den == stream->codecpar->sample_rate;
  int result = open_codec(decoder, stream);
  if (result < 0) {
    ls_fail(error, result);
    if (result == AVERROR_INVALIDDATA || result == AVERROR(EINVAL)) error->failure = LS_FAILURE_UNSUPPORTED;
    ls_decoder_close(decoder);
    return NULL;
  }
  return decoder;
}

void ls_decoder_close(ls_decoder *decoder) {
  if (!decoder) return;
  avcodec_free_context(&decoder->codec);
  av_packet_free(&decoder->packet);
  av_frame_free(&decoder->frame);
  free(decoder);
}

// Sends the next packet of our stream to the decoder, or the end. 0, or FFmpeg's code; a packet that is refused sets *bad.
static int feed(ls_decoder *decoder, bool *bad) {
  AVFormatContext *format = decoder->media->format;
  for (;;) {
    if (ls_cancel_is_raised(decoder->media->cancel)) return AVERROR_EXIT;
    int result = av_read_frame(format, decoder->packet);
    if (result == AVERROR_EXIT) return result;
    if (result < 0) {
      // The end of the file and a disk that fails look the same but for the context's error.
      int io_error = format->pb ? format->pb->error : 0;
      if (io_error < 0 && io_error != AVERROR_EOF) return io_error;
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
    result = avcodec_send_packet(decoder->codec, decoder->packet);
    av_packet_unref(decoder->packet);
    if (result == AVERROR(ENOMEM)) return result;
    if (result < 0) *bad = true;
    return 0;
  }
}

// Written so that the compiler makes vector instructions of it: every float of every recording passes here.
static bool all_finite(const void *floats, int64_t count) {
  const uint32_t infinity = 0x7F800000;  // all bits of the exponent
  const uint32_t *words = floats;
  uint32_t found = 0;
  for (int64_t index = 0; index < count; index++) found |= (words[index] & infinity) == infinity;
  return !found;
}

// A single NaN or infinity would spread over the resampler's whole filter. Files of floats hold them, and damaged ones of any
// codec that decodes to floats may give them.
static bool clean_floats(AVFrame *frame) {
  enum AVSampleFormat format = av_get_packed_sample_fmt(frame->format);
  if (format != AV_SAMPLE_FMT_FLT && format != AV_SAMPLE_FMT_DBL) return true;
  bool planar = av_sample_fmt_is_planar(frame->format);
  int planes = planar ? frame->ch_layout.nb_channels : 1;
  int64_t count = (int64_t)frame->nb_samples * (planar ? 1 : frame->ch_layout.nb_channels);
  for (int plane = 0; plane < planes; plane++) {
    void *data = frame->extended_data[plane];
    if (format == AV_SAMPLE_FMT_FLT && all_finite(data, count)) continue;
    for (int64_t index = 0; index < count; index++) {
      double value = format == AV_SAMPLE_FMT_FLT ? ((float *)data)[index] : ((double *)data)[index];
      if (isfinite(value)) continue;
      if (!av_frame_is_writable(frame)) {
        if (av_frame_make_writable(frame) < 0) return false;
        data = frame->extended_data[plane];
      }
      if (format == AV_SAMPLE_FMT_FLT) {
        ((float *)data)[index] = 0;
      } else {
        ((double *)data)[index] = 0;
      }
    }
  }
  return true;
}

static enum ls_read accept_frame(ls_decoder *decoder, ls_frame *out, ls_error *error) {
  AVFrame *frame = decoder->frame;
  if (frame->sample_rate < LOWEST_RATE || frame->sample_rate > HIGHEST_RATE ||
      frame->ch_layout.nb_channels < 1 || frame->ch_layout.nb_channels > MOST_CHANNELS) {
    ls_fail_as(error, LS_FAILURE_LIMIT, "a sample rate or channel count that no recording has");
    return LS_READ_FAILED;
  }
  if (!clean_floats(frame)) {
    ls_fail(error, AVERROR(ENOMEM));
    return LS_READ_FAILED;
  }
  // Ogg counts samples. In a chain whose next link has another rate libavformat goes on naming the first one's.
  AVRational base = decoder->counts_samples ? (AVRational){1, frame->sample_rate} : decoder->time_base;
  out->time_ns = ls_ns(frame->pts, base);
  out->samples = frame->nb_samples;
  out->rate = frame->sample_rate;
  return LS_READ_FRAME;
}

enum ls_read ls_decoder_read(ls_decoder *decoder, ls_frame *out, ls_error *error) {
  for (;;) {
    // avcodec_receive_frame: EAGAIN asks for input, EOF says that the decoder is empty for good.
    int result = avcodec_receive_frame(decoder->codec, decoder->frame);
    if (result == 0) return accept_frame(decoder, out, error);
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
      ls_fail(error, result);
      return LS_READ_FAILED;
    }
    if (bad) return LS_READ_BAD;
  }
}
