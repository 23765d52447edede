// Samples in, a finished mp3 file out.
#include <errno.h>
#include <libavutil/channel_layout.h>
#include <libavutil/intreadwrite.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

enum { BUFFER_BYTES = 65536, LAME_SPEED = 7 };

struct ls_encoder {
  AVFormatContext *format;
  AVIOContext *io;
  AVCodecContext *codec;
  AVPacket *packet;
  AVFrame *frame;
  int64_t position;  // samples given to the encoder
  int filled;        // samples waiting in the frame
  uint32_t padding;  // samples at the end of the packets so far that are no sound
  int fd;
  bool has_header;
};

// The callback's buffer became const with libavformat 61 (FFmpeg 7.0).
#if LIBAVFORMAT_VERSION_MAJOR >= 61
typedef const uint8_t written_byte;
#else
typedef uint8_t written_byte;
#endif

static int write_bytes(void *opaque, written_byte *buffer, int size) {
  ls_encoder *encoder = opaque;
  int written = 0;
  while (written < size) {
    ssize_t count = write(encoder->fd, buffer + written, (size_t)(size - written));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return AVERROR(errno ? errno : EIO);
    written += (int)count;
  }
  return size;
}

static int64_t seek_bytes(void *opaque, int64_t offset, int whence) {
  ls_encoder *encoder = opaque;
  whence &= ~AVSEEK_FORCE;
  if (whence == AVSEEK_SIZE) {
    off_t here = lseek(encoder->fd, 0, SEEK_CUR);
    off_t end = lseek(encoder->fd, 0, SEEK_END);
    if (here < 0 || end < 0 || lseek(encoder->fd, here, SEEK_SET) < 0) return AVERROR(errno);
    return end;
  }
  off_t position = lseek(encoder->fd, offset, whence);
  return position < 0 ? AVERROR(errno) : position;
}

static int open_codec(ls_encoder *encoder, int rate, int64_t bit_rate) {
  const AVCodec *codec = avcodec_find_encoder_by_name("libmp3lame");
  if (!codec) return AVERROR_ENCODER_NOT_FOUND;
  encoder->codec = avcodec_alloc_context3(codec);
  encoder->packet = av_packet_alloc();
  encoder->frame = av_frame_alloc();
  if (!encoder->codec || !encoder->packet || !encoder->frame) return AVERROR(ENOMEM);
  encoder->codec->sample_rate = rate;
  encoder->codec->bit_rate = bit_rate;
  encoder->codec->sample_fmt = AV_SAMPLE_FMT_S16P;
  encoder->codec->time_base = (AVRational){1, rate};
  encoder->codec->flags |= AV_CODEC_FLAG_BITEXACT;
  // LAME's default level takes two and a half times as long, for nothing that a recogniser hears.
  encoder->codec->compression_level = LAME_SPEED;
  av_channel_layout_default(&encoder->codec->ch_layout, 1);
  int result = avcodec_open2(encoder->codec, codec, NULL);
  if (result < 0) return result;
  encoder->frame->format = AV_SAMPLE_FMT_S16P;
  encoder->frame->sample_rate = rate;
  encoder->frame->nb_samples = encoder->codec->frame_size;
  result = av_channel_layout_copy(&encoder->frame->ch_layout, &encoder->codec->ch_layout);
  if (result < 0) return result;
  return av_frame_get_buffer(encoder->frame, 0);
}

static int open_format(ls_encoder *encoder) {
  int result = avformat_alloc_output_context2(&encoder->format, NULL, "mp3", NULL);
  if (result < 0) return result;
  uint8_t *buffer = av_malloc(BUFFER_BYTES);
  if (!buffer) return AVERROR(ENOMEM);
  encoder->io = avio_alloc_context(buffer, BUFFER_BYTES, 1, encoder, NULL, write_bytes, seek_bytes);
  if (!encoder->io) {
    av_free(buffer);
    return AVERROR(ENOMEM);
  }
  encoder->format->pb = encoder->io;
  encoder->format->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
  AVStream *stream = avformat_new_stream(encoder->format, NULL);
  if (!stream) return AVERROR(ENOMEM);
  stream->time_base = encoder->codec->time_base;
  result = avcodec_parameters_from_context(stream->codecpar, encoder->codec);
  if (result < 0) return result;
  AVDictionary *options = NULL;
  av_dict_set(&options, "id3v2_version", "0", 0);
  result = avformat_write_header(encoder->format, &options);
  av_dict_free(&options);
  encoder->has_header = result >= 0;
  return result;
}

ls_encoder *ls_encoder_open_mp3(int fd, int rate, int64_t bit_rate, ls_error *error) {
  ls_encoder *encoder = calloc(1, sizeof *encoder);
  if (!encoder) {
    ls_fail(error, AVERROR(ENOMEM));
    return NULL;
  }
  encoder->fd = fd;
  int result = open_codec(encoder, rate, bit_rate);
  if (result >= 0) result = open_format(encoder);
  if (result >= 0) return encoder;
  ls_fail(error, result);
  ls_encoder_free(encoder);
  return NULL;
}

void ls_encoder_free(ls_encoder *encoder) {
  if (!encoder) return;
  avcodec_free_context(&encoder->codec);
  av_packet_free(&encoder->packet);
  av_frame_free(&encoder->frame);
  avformat_free_context(encoder->format);
  if (encoder->io) av_freep(&encoder->io->buffer);
  avio_context_free(&encoder->io);
  free(encoder);
}

// LAME may end with two packets of padding, and each tells of its own. The muxer writes what the last one tells into the gapless
// header, so that one has to tell of both. Priming and padding in one packet are more than FFmpeg's decoder understands: there, in
// recordings of less than 47 samples, the last packet's alone is told.
static void sum_padding(ls_encoder *encoder) {
  size_t size = 0;
  if (encoder->packet->pts < 0) return;
  uint8_t *skip = av_packet_get_side_data(encoder->packet, AV_PKT_DATA_SKIP_SAMPLES, &size);
  if (!skip || size < 8) return;
  encoder->padding += AV_RL32(skip + 4);
  AV_WL32(skip + 4, encoder->padding);
}

// Sends a frame (or NULL for the end) and writes the packets that come out.
static int encode(ls_encoder *encoder, const AVFrame *frame) {
  int result = avcodec_send_frame(encoder->codec, frame);
  while (result >= 0) {
    result = avcodec_receive_packet(encoder->codec, encoder->packet);
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return 0;
    if (result < 0) return result;
    AVStream *stream = encoder->format->streams[0];
    encoder->packet->stream_index = 0;
    sum_padding(encoder);
    av_packet_rescale_ts(encoder->packet, encoder->codec->time_base, stream->time_base);
    result = av_interleaved_write_frame(encoder->format, encoder->packet);
    if (result >= 0 && encoder->io->error < 0) result = encoder->io->error;
  }
  return result;
}

// The gapless header is computed from the frames' times and true lengths, so both must be exact, the last one's too.
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

bool ls_encoder_write(ls_encoder *encoder, const int16_t *samples, int64_t count, ls_error *error) {
  int size = encoder->codec->frame_size;
  while (count > 0) {
    int64_t take = size - encoder->filled;
    if (take > count) take = count;
    memcpy((int16_t *)encoder->frame->data[0] + encoder->filled, samples, (size_t)take * sizeof *samples);
    encoder->filled += (int)take;
    samples += take;
    count -= take;
    if (encoder->filled < size) break;
    int result = send_filled(encoder);
    if (result < 0) return ls_fail(error, result);
  }
  return true;
}

bool ls_encoder_finish(ls_encoder *encoder, ls_error *error) {
  int result = send_filled(encoder);
  if (result >= 0) result = encode(encoder, NULL);
  if (result >= 0 && encoder->has_header) result = av_write_trailer(encoder->format);
  if (result >= 0) {
    avio_flush(encoder->io);
    result = encoder->io->error;
  }
  return result < 0 ? ls_fail(error, result) : true;
}
