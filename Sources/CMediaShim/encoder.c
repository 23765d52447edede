// Samples in, a finished file out.
#include <errno.h>
#include <libavutil/channel_layout.h>
#include <libavutil/dict.h>
#include <libavutil/intreadwrite.h>
#include <libavutil/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interleave.h"
#include "internal.h"
#include "output.h"

typedef struct file_kind {
  const char *name;  // in error texts
  const char *muxer;
  const char *encoder;
  int compression_level;
  const char *codec_options;
  const char *muxer_options;
} file_kind;

static const file_kind KINDS[] = {
    // LAME's default level takes two and a half times as long as 7, for nothing that a recogniser hears.
    [LS_FILE_MP3] = {"mp3", "mp3", "libmp3lame", 7, NULL, "id3v2_version=0"},
    // Every packet has the same size, so that a file's size follows from its length. An hour of speech takes 8 s as "audio" and
    // 40 s as "voip", and a recogniser hears it equally well (38 and 40 wrong words of 553; 34 in the original).
    [LS_FILE_OGG] = {"ogg", "ogg", "libopus", 5, "vbr=off,application=audio", NULL},
    // No room for tags that nobody adds.
    [LS_FILE_FLAC] = {"flac", "flac", "flac", 5, NULL, "metadata_header_padding=0"},
    [LS_FILE_M4A] = {"m4a", "ipod", "aac", FF_COMPRESSION_DEFAULT, NULL, NULL},
};

// LAME's encoder and a decoder delay the sound by so much together.
enum { MP3_DELAY = 1105 };
// Silence that makes that delay a whole number of frames, of 576 samples and of 1152 alike.
enum { MP3_LEAD = 47 };

struct ls_encoder {
  const file_kind *kind;
  AVFormatContext *format;
  AVCodecContext *codec;
  AVPacket *packet;
  AVFrame *frame;
  ls_output output;
  int64_t position;  // frames given to the encoder
  int filled;        // frames waiting in `frame`
  uint32_t lead;     // frames of silence that were put before the sound
  uint32_t padding;  // frames at the end of the packets so far that are no sound
  bool has_header;
  bool failed;
  bool finished;
};

#define HAS_SUPPORTED_CONFIG (LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100))

// What the encoder takes; NULL if it takes everything. The lists left AVCodec with libavcodec 61.13 (FFmpeg 7.1).
static const int *supported_rates(const AVCodec *codec) {
#if HAS_SUPPORTED_CONFIG
  const void *rates = NULL;
  if (avcodec_get_supported_config(NULL, codec, AV_CODEC_CONFIG_SAMPLE_RATE, 0, &rates, NULL) < 0) return NULL;
  return rates;
#else
  return codec->supported_samplerates;
#endif
}

static const enum AVSampleFormat *supported_formats(const AVCodec *codec) {
#if HAS_SUPPORTED_CONFIG
  const void *formats = NULL;
  if (avcodec_get_supported_config(NULL, codec, AV_CODEC_CONFIG_SAMPLE_FORMAT, 0, &formats, NULL) < 0) return NULL;
  return formats;
#else
  return codec->sample_fmts;
#endif
}

static bool takes_rate(const AVCodec *codec, int rate) {
  const int *rates = supported_rates(codec);
  if (!rates) return rate > 0;
  while (*rates && *rates != rate) rates++;
  return *rates != 0;
}

// The form that loses nothing and costs least: 16 bit if the encoder takes it.
static enum AVSampleFormat choose_format(const AVCodec *codec) {
  const enum AVSampleFormat *formats = supported_formats(codec);
  enum AVSampleFormat best = formats ? AV_SAMPLE_FMT_NONE : AV_SAMPLE_FMT_S16;
  for (; formats && *formats != AV_SAMPLE_FMT_NONE; formats++) {
    if (!ls_can_deal(*formats)) continue;
    if (best == AV_SAMPLE_FMT_NONE || av_get_bytes_per_sample(*formats) < av_get_bytes_per_sample(best)) best = *formats;
  }
  return best;
}

static int open_codec(ls_encoder *encoder, const AVCodec *codec, int rate, int channels, int64_t bit_rate) {
  AVCodecContext *context = avcodec_alloc_context3(codec);
  encoder->codec = context;
  encoder->packet = av_packet_alloc();
  encoder->frame = av_frame_alloc();
  if (!context || !encoder->packet || !encoder->frame) return AVERROR(ENOMEM);
  context->sample_rate = rate;
  context->sample_fmt = choose_format(codec);
  context->time_base = (AVRational){1, rate};
  context->flags |= AV_CODEC_FLAG_BITEXACT;
  if (encoder->format->oformat->flags & AVFMT_GLOBALHEADER) context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  context->compression_level = encoder->kind->compression_level;
  if (bit_rate > 0) context->bit_rate = bit_rate;
  av_channel_layout_default(&context->ch_layout, channels);
  AVDictionary *options = NULL;
  int result = 0;
  if (encoder->kind->codec_options) result = av_dict_parse_string(&options, encoder->kind->codec_options, "=", ",", 0);
  if (result >= 0) result = avcodec_open2(context, codec, &options);
  av_dict_free(&options);
  if (result < 0) return result;
  if (context->frame_size <= 0) return AVERROR_BUG;
  encoder->frame->format = context->sample_fmt;
  encoder->frame->sample_rate = rate;
  encoder->frame->nb_samples = context->frame_size;
  result = av_channel_layout_copy(&encoder->frame->ch_layout, &context->ch_layout);
  return result < 0 ? result : av_frame_get_buffer(encoder->frame, 0);
}

static int open_stream(ls_encoder *encoder) {
  AVStream *stream = avformat_new_stream(encoder->format, NULL);
  if (!stream) return AVERROR(ENOMEM);
  stream->time_base = encoder->codec->time_base;
  return avcodec_parameters_from_context(stream->codecpar, encoder->codec);
}

ls_encoder *ls_encoder_open(int fd, enum ls_file_format format, int rate, int channels, int64_t bit_rate,
                            ls_error *error) {
  if ((unsigned)format >= sizeof KINDS / sizeof *KINDS || channels < 1 || channels > 2) {
    ls_fail_as(error, LS_FAILURE_UNSUPPORTED, "no such kind of file");
    return NULL;
  }
  av_log_set_level(AV_LOG_QUIET);
  const file_kind *kind = &KINDS[format];
  const AVCodec *codec = avcodec_find_encoder_by_name(kind->encoder);
  if (!codec) {
    ls_fail(error, AVERROR_ENCODER_NOT_FOUND);
    return NULL;
  }
  if (!takes_rate(codec, rate) || choose_format(codec) == AV_SAMPLE_FMT_NONE) {
    char text[96];
    snprintf(text, sizeof text, "%s files cannot have %d samples a second", kind->name, rate);
    ls_fail_as(error, LS_FAILURE_UNSUPPORTED, text);
    return NULL;
  }
  ls_encoder *encoder = calloc(1, sizeof *encoder);
  if (!encoder) {
    ls_fail(error, AVERROR(ENOMEM));
    return NULL;
  }
  encoder->kind = kind;
  int result = avformat_alloc_output_context2(&encoder->format, NULL, kind->muxer, NULL);
  if (result >= 0) result = ls_output_open(&encoder->output, fd);
  if (result >= 0) {
    encoder->format->pb = encoder->output.io;
    encoder->format->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
    result = open_codec(encoder, codec, rate, channels, bit_rate);
  }
  if (result >= 0) result = open_stream(encoder);
  if (result >= 0) return encoder;
  ls_fail(error, result);
  // What an encoder refuses is a form of sound, not a file that cannot be read.
  if (error->failure == LS_FAILURE_NOT_MEDIA) error->failure = LS_FAILURE_UNSUPPORTED;
  ls_encoder_free(encoder);
  return NULL;
}

void ls_encoder_free(ls_encoder *encoder) {
  if (!encoder) return;
  avcodec_free_context(&encoder->codec);
  av_packet_free(&encoder->packet);
  av_frame_free(&encoder->frame);
  avformat_free_context(encoder->format);
  ls_output_close(&encoder->output);
  free(encoder);
}

// Written with the first packet and not before: only then is it known whether an mp3 needs its lead.
static int write_header(ls_encoder *encoder) {
  AVDictionary *options = NULL;
  int result = 0;
  if (encoder->kind->muxer_options) result = av_dict_parse_string(&options, encoder->kind->muxer_options, "=", ",", 0);
  // The edit list counts in the movie's time scale; in samples it tells the true length.
  if (result >= 0 && encoder->kind == &KINDS[LS_FILE_M4A])
    result = av_dict_set_int(&options, "movie_timescale", encoder->codec->sample_rate, 0);
  if (result >= 0) result = avformat_write_header(encoder->format, &options);
  av_dict_free(&options);
  encoder->has_header = result >= 0;
  return result;
}

// The muxer writes into the gapless header what the first packet tells of the delay and the last one of the padding. The first
// does not know of the lead, and LAME may end with two packets of padding of which each tells of its own only.
static void tell_gaps(ls_encoder *encoder) {
  size_t size = 0;
  uint8_t *skip = av_packet_get_side_data(encoder->packet, AV_PKT_DATA_SKIP_SAMPLES, &size);
  if (!skip || size < 8) return;
  if (AV_RL32(skip) > 0) AV_WL32(skip, AV_RL32(skip) + encoder->lead);
  encoder->padding += AV_RL32(skip + 4);
  AV_WL32(skip + 4, encoder->padding);
}

// Sends a frame (or NULL for the end) and writes the packets that come out.
static int encode(ls_encoder *encoder, const AVFrame *frame) {
  int result = avcodec_send_frame(encoder->codec, frame);
  while (result >= 0) {
    result = avcodec_receive_packet(encoder->codec, encoder->packet);
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return 0;
    if (result >= 0 && !encoder->has_header) result = write_header(encoder);
    if (result < 0) return result;
    encoder->packet->stream_index = 0;
    if (encoder->kind == &KINDS[LS_FILE_MP3]) tell_gaps(encoder);
    av_packet_rescale_ts(encoder->packet, encoder->codec->time_base, encoder->format->streams[0]->time_base);
    result = av_interleaved_write_frame(encoder->format, encoder->packet);
    if (encoder->output.system_error) result = AVERROR(encoder->output.system_error);
  }
  return result;
}

// Gapless headers are computed from the frames' times and true lengths, so both must be exact, the last one's too.
static int send_filled(ls_encoder *encoder) {
  if (encoder->filled == 0) return 0;
  encoder->frame->nb_samples = encoder->filled;
  encoder->frame->pts = encoder->position;
  encoder->position += encoder->filled;
  encoder->filled = 0;
  int result = encode(encoder, encoder->frame);
  encoder->frame->nb_samples = encoder->codec->frame_size;
  if (result < 0) return result;
  return av_frame_make_writable(encoder->frame);
}

static int add(ls_encoder *encoder, const int16_t *samples, int64_t frames) {
  int channels = encoder->codec->ch_layout.nb_channels;
  int size = encoder->codec->frame_size;
  while (frames > 0) {
    int room = size - encoder->filled;
    int take = frames < room ? (int)frames : room;
    ls_deal(encoder->codec->sample_fmt, encoder->frame->data, encoder->filled, samples, take, channels);
    encoder->filled += take;
    samples += (int64_t)take * channels;
    frames -= take;
    if (encoder->filled < size) break;
    int result = send_filled(encoder);
    if (result < 0) return result;
  }
  return 0;
}

// The sound of an mp3 of less than 47 frames begins and ends in the same packet, and FFmpeg's reader forgets the cut at the begin
// over the one at the end: it would give 47 frames for 1. With a lead of silence that counts as delay, the sound begins with a
// packet of its own.
static void lead_in(ls_encoder *encoder) {
  AVCodecParameters *parameters = encoder->format->streams[0]->codecpar;
  int frames = encoder->filled;
  if (encoder->kind != &KINDS[LS_FILE_MP3] || encoder->position > 0 || frames == 0 || frames >= MP3_LEAD) return;
  if (parameters->initial_padding != MP3_DELAY) return;
  int channels = encoder->codec->ch_layout.nb_channels;
  int planes = av_sample_fmt_is_planar(encoder->codec->sample_fmt) ? channels : 1;
  size_t width = (size_t)(av_get_bytes_per_sample(encoder->codec->sample_fmt) * channels / planes);
  for (int plane = 0; plane < planes; plane++) {
    uint8_t *data = encoder->frame->data[plane];
    memmove(data + MP3_LEAD * width, data, (size_t)frames * width);
    memset(data, 0, MP3_LEAD * width);
  }
  encoder->filled += MP3_LEAD;
  encoder->lead = MP3_LEAD;
  parameters->initial_padding += MP3_LEAD;
}

static int finish(ls_encoder *encoder) {
  lead_in(encoder);
  int result = send_filled(encoder);
  if (result >= 0) result = encode(encoder, NULL);
  if (result >= 0 && !encoder->has_header) result = write_header(encoder);
  if (result >= 0) result = av_write_trailer(encoder->format);
  if (result >= 0 || encoder->output.system_error) result = ls_output_flush(&encoder->output);
  return result;
}

// Once something has failed the file is lost, and libavformat is not asked again.
static bool settle(ls_encoder *encoder, int result, ls_error *error) {
  if (result >= 0) return true;
  encoder->failed = true;
  ls_fail(error, result);
  if (encoder->output.system_error) {
    error->failure = LS_FAILURE_IO;
    error->system_error = encoder->output.system_error;
  }
  return false;
}

bool ls_encoder_write(ls_encoder *encoder, const int16_t *samples, int64_t frames, ls_error *error) {
  if (encoder->failed || encoder->finished) return settle(encoder, AVERROR(EINVAL), error);
  return settle(encoder, add(encoder, samples, frames), error);
}

bool ls_encoder_finish(ls_encoder *encoder, ls_error *error) {
  if (encoder->failed || encoder->finished) return settle(encoder, AVERROR(EINVAL), error);
  encoder->finished = true;
  return settle(encoder, finish(encoder), error);
}
