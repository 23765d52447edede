// The length of a track from its packets alone: nothing is decoded, samples are counted as the codec's decoder would give them.
//
// Durations of packets are not used where the codec tells better: they are rounded to the container's clock, and summed they drift
// by up to a second an hour.
#include <libavcodec/vorbis_parser.h>
#include <libavutil/avstring.h>
#include <libavutil/intreadwrite.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

struct ls_scan {
  ls_media *media;  // borrowed
  AVPacket *packet;
  int stream;
  int rate;
  int header_rate;  // of AAC's own header, as an index; 0 before the first
  bool is_spliced;  // rate or codec set-up changed on the way: decoding starts anew there, and loses or gains some samples
  int first_rate;   // rate of an Ogg's first link; 0 in other containers
  bool times_lost;  // as when decoding: a link of another rate came
  bool is_ogg;
  bool has_counted;
  bool is_doubtful;  // the packet may be refused by the decoder
  int64_t to_skip;   // priming that is not used up yet; may be longer than a packet
  const struct rule *rule;
  AVVorbisParseContext *vorbis;
  bool vorbis_began;
  uint8_t *identification;  // a chained link's first header, until its last one arrives
};

// Samples that decoding the packet gives, 0 if it gives none, or -1 if that cannot be told.
typedef int64_t count_rule(ls_scan *scan, const AVPacket *packet);

static AVCodecParameters *parameters(const ls_scan *scan) {
  return scan->media->format->streams[scan->stream]->codecpar;
}

static int64_t by_bytes(ls_scan *scan, const AVPacket *packet) {
  const AVCodecParameters *codec = parameters(scan);
  int64_t bytes = av_get_exact_bits_per_sample(codec->codec_id) / 8 * (int64_t)codec->ch_layout.nb_channels;
  return bytes > 0 ? packet->size / bytes : -1;
}

// What FFmpeg knows: constant frames by codec, block formats by their bytes. Contract: 0 if it cannot be told.
static int64_t by_frame(ls_scan *scan, const AVPacket *packet) {
  int samples = av_get_audio_frame_duration2(parameters(scan), packet->size);
  return samples > 0 ? samples : -1;
}

// Layer III and its sisters by their own header (ISO 11172-3, 2.4.2.3), since rate and frame length may change within a file.
static int64_t by_mpeg_header(ls_scan *scan, const AVPacket *packet) {
  static const int rates[3] = {44100, 48000, 32000};
  static const int bit_rates[2][3][15] = {
      {{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
       {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
       {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}},
      {{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
       {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
       {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}}};
  // The decoder, too, passes over zeros before a frame.
  const uint8_t *data = packet->data, *end = data + packet->size;
  while (data < end && !*data) data++;
  if (end - data < 4) return 0;
  uint32_t header = AV_RB32(data);
  int version = header >> 19 & 3, layer = 4 - (int)(header >> 17 & 3);
  int bit_rate = header >> 12 & 15, rate = header >> 10 & 3;
  if (header >> 21 != 0x7FF || version == 1 || layer == 4 || bit_rate == 15 || rate == 3) return 0;
  bool is_low = version != 3;
  scan->rate = rates[rate] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
  int samples = layer == 1 ? 384 : layer == 3 && is_low ? 576 : 1152;
  int bits = bit_rates[is_low][layer - 1][bit_rate] * 1000;
  int padding = header >> 9 & 1;
  int64_t bytes = layer == 1 ? (12LL * bits / scan->rate + padding) * 4 : samples / 8LL * bits / scan->rate + padding;
  // At a free bit rate the length is not told.
  scan->is_doubtful = bits > 0 && end - data < bytes;
  return samples;
}

// RFC 6716, 3.1: frame length by configuration, number of frames by code; RFC 7845: two header packets begin each link of a chain.
static int64_t by_opus_toc(ls_scan *scan, const AVPacket *packet) {
  static const int16_t silk[4] = {480, 960, 1920, 2880}, hybrid[2] = {480, 960}, celt[4] = {120, 240, 480, 960};
  if (packet->size < 1) return 0;
  if (packet->size >= 8 && (!memcmp(packet->data, "OpusHead", 8) || !memcmp(packet->data, "OpusTags", 8))) return 0;
  int configuration = packet->data[0] >> 3, code = packet->data[0] & 3;
  int samples = configuration < 12   ? silk[configuration & 3]
                : configuration < 16 ? hybrid[configuration & 1]
                                     : celt[configuration & 3];
  int frames = code == 0 ? 1 : code < 3 ? 2 : packet->size > 1 ? packet->data[1] & 63 : 0;
  scan->rate = 48000;
  return (int64_t)samples * frames > 5760 ? 0 : (int64_t)samples * frames;
}

// The block size in a FLAC frame's header (RFC 9639, 9.1); what cannot be a frame is left to the container.
static int64_t by_flac_header(ls_scan *scan, const AVPacket *packet) {
  const uint8_t *data = packet->data;
  if (packet->size < 8 || data[0] != 0xFF || (data[1] & 0xFC) != 0xF8) return 0;
  int code = data[2] >> 4;
  if (code == 0) return 0;
  if (code == 1) return 192;
  if (code <= 5) return 576 << (code - 2);
  if (code >= 8) return 256 << (code - 8);
  // After four bytes comes the frame's number, coded like UTF-8, then the block size less one.
  int number = 1;
  for (int bit = 0x80; data[4] & bit && bit > 1; bit >>= 1) number += bit != 0x80;
  int at = 4 + number;
  if (code == 6) return at + 1 <= packet->size ? data[at] + 1 : 0;
  return at + 2 <= packet->size ? AV_RB16(data + at) + 1 : 0;
}

// ADTS (ISO 13818-7, 6.2) tells the rate in every frame. With implicit SBR it is half of what decoding gives, so only changes of it are
// followed. Its index is kept with one added, to tell it from none.
static int64_t by_aac_frame(ls_scan *scan, const AVPacket *packet) {
  static const int rates[16] = {96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350};
  const uint8_t *data = packet->data;
  if (packet->size >= 7 && data[0] == 0xFF && (data[1] & 0xF6) == 0xF0) {
    int index = data[2] >> 2 & 15, before = scan->header_rate - 1;
    if (before >= 0 && index != before && rates[index] > 0 && rates[before] > 0) {
      scan->rate = (int)((int64_t)scan->rate * rates[index] / rates[before]);
      scan->is_spliced = true;
    }
    scan->header_rate = index + 1;
  }
  return by_frame(scan, packet);
}

static void vorbis_restart(ls_scan *scan, const uint8_t *headers, int size) {
  av_vorbis_parse_free(&scan->vorbis);
  scan->vorbis = av_vorbis_parse_init(headers, size);
  scan->vorbis_began = false;
}

// A link of a chain brings its headers within the stream. The parser takes all three in one piece, each with its length in
// 16 bits before it; the comments in the middle tell nothing and are left out.
static void vorbis_header(ls_scan *scan, const AVPacket *packet) {
  static const uint8_t comments[] = {0, 7, 3, 'v', 'o', 'r', 'b', 'i', 's'};
  enum { IDENTIFICATION = 30 };
  if (packet->data[0] == 1 && packet->size >= IDENTIFICATION) {
    if (!scan->identification) scan->identification = malloc(IDENTIFICATION);
    if (scan->identification) memcpy(scan->identification, packet->data, IDENTIFICATION);
    uint32_t rate = AV_RL32(packet->data + 12);
    if (rate > 0 && rate <= 768000) scan->rate = (int)rate;
  } else if (packet->data[0] == 5 && scan->identification && packet->size <= UINT16_MAX) {
    int size = 2 + IDENTIFICATION + (int)sizeof comments + 2 + packet->size;
    uint8_t *headers = calloc(1, (size_t)size + AV_INPUT_BUFFER_PADDING_SIZE), *to = headers;
    if (!headers) return;
    AV_WB16(to, IDENTIFICATION);
    to += 2;
    memcpy(to, scan->identification, IDENTIFICATION);
    to += IDENTIFICATION;
    memcpy(to, comments, sizeof comments);
    to += sizeof comments;
    AV_WB16(to, (uint16_t)packet->size);
    scan->is_spliced = true;
    memcpy(to + 2, packet->data, (size_t)packet->size);
    vorbis_restart(scan, headers, size);
    free(headers);
  }
}

// Half of each block overlaps with the next, so the first packet gives nothing yet.
static int64_t by_vorbis_blocks(ls_scan *scan, const AVPacket *packet) {
  if (packet->size >= 7 && packet->data[0] & 1 && !memcmp(packet->data + 1, "vorbis", 6)) {
    vorbis_header(scan, packet);
    return 0;
  }
  size_t size;
  const uint8_t *headers = av_packet_get_side_data(packet, AV_PKT_DATA_NEW_EXTRADATA, &size);
  if (headers && size <= INT32_MAX) vorbis_restart(scan, headers, (int)size);
  if (!scan->vorbis) return -1;
  int samples = av_vorbis_parse_frame(scan->vorbis, packet->data, packet->size);
  if (samples < 0) return 0;
  if (scan->vorbis_began) return samples;
  scan->vorbis_began = true;
  return 0;
}

// The container's own duration, where its clock counts samples.
static int64_t by_container(ls_scan *scan, const AVPacket *packet) {
  AVRational base = scan->media->format->streams[scan->stream]->time_base;
  if (packet->duration <= 0) return -1;
  int64_t samples = av_rescale_q(packet->duration, base, (AVRational){1, scan->rate});
  // No decoder gives so many at a time: the clock is damaged.
  return samples <= INT32_MAX ? samples : -1;
}

static const struct rule {
  enum AVCodecID codec;
  count_rule *count;
  bool is_exact;  // decoding gives just as many samples
} rules[] = {
    {AV_CODEC_ID_MP1, by_mpeg_header, true},
    {AV_CODEC_ID_MP2, by_mpeg_header, true},
    {AV_CODEC_ID_MP3, by_mpeg_header, true},
    {AV_CODEC_ID_OPUS, by_opus_toc, true},
    {AV_CODEC_ID_FLAC, by_flac_header, true},
    {AV_CODEC_ID_VORBIS, by_vorbis_blocks, true},
    {AV_CODEC_ID_ALAC, by_container, true},
    {AV_CODEC_ID_AC3, by_frame, true},
    {AV_CODEC_ID_AMR_NB, by_frame, true},
    {AV_CODEC_ID_AMR_WB, by_frame, true},
    // Padding of the last frame is told nowhere, or in a unit too coarse.
    {AV_CODEC_ID_AAC, by_aac_frame, false},
};
static const struct rule pcm = {AV_CODEC_ID_NONE, by_bytes, true};
static const struct rule other = {AV_CODEC_ID_NONE, by_frame, false};

static const struct rule *rule_for(enum AVCodecID codec) {
  for (size_t index = 0; index < sizeof rules / sizeof *rules; index++) {
    if (rules[index].codec == codec) return &rules[index];
  }
  return av_get_exact_bits_per_sample(codec) >= 8 ? &pcm : &other;
}

ls_scan *ls_scan_open(ls_media *media, int index, ls_error *error) {
  if (index < 0 || index >= (int)media->format->nb_streams) {
    ls_fail_as(error, LS_FAILURE_NOT_MEDIA, "no such stream");
    return NULL;
  }
  ls_scan *scan = calloc(1, sizeof *scan);
  if (scan) scan->packet = av_packet_alloc();
  if (!scan || !scan->packet) {
    ls_scan_close(scan);
    ls_fail(error, AVERROR(ENOMEM));
    return NULL;
  }
  ls_media_select(media, index);
  const AVStream *stream = media->format->streams[index];
  const AVCodecParameters *codec = stream->codecpar;
  scan->media = media;
  scan->stream = index;
  scan->rate = codec->sample_rate;
  scan->rule = rule_for(codec->codec_id);
  scan->is_ogg = av_match_name("ogg", media->format->iformat->name) > 0;
  scan->first_rate = scan->is_ogg ? codec->sample_rate : 0;
  // Matroska's pre-skip reaches the decoder by this header alone; elsewhere the first packet says the same again.
  if (codec->codec_id == AV_CODEC_ID_OPUS && codec->extradata_size >= 19) scan->to_skip = AV_RL16(codec->extradata + 10);
  if (codec->codec_id == AV_CODEC_ID_VORBIS) vorbis_restart(scan, codec->extradata, codec->extradata_size);
  return scan;
}

void ls_scan_close(ls_scan *scan) {
  if (!scan) return;
  av_packet_free(&scan->packet);
  av_vorbis_parse_free(&scan->vorbis);
  free(scan->identification);
  free(scan);
}

bool ls_scan_is_pcm(const ls_scan *scan) { return scan->rule == &pcm; }

bool ls_scan_is_exact(const ls_scan *scan) {
  // In other containers nothing tells how much of a last Vorbis block is sound.
  return scan->rule->is_exact && !scan->is_spliced && (scan->rule->codec != AV_CODEC_ID_VORBIS || scan->is_ogg);
}

// Fills in what decoding the packet would give: priming off its start, padding off its end, as libavcodec takes them off.
static void measure(ls_scan *scan, ls_scanned *out) {
  const AVPacket *packet = scan->packet;
  memset(out, 0, sizeof *out);
  out->is_corrupt = (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
  scan->is_doubtful = false;
  int rate = scan->rate;
  int64_t samples = scan->rule->count(scan, packet);
  if (rate != scan->rate && scan->has_counted) scan->is_spliced = true;
  scan->has_counted = true;
  out->is_guess = scan->is_doubtful;
  if (samples < 0) samples = by_frame(scan, packet);
  if (samples < 0) {
    samples = by_container(scan, packet);
    out->is_guess = true;
  }
  if (samples < 0) samples = 0;
  int64_t skipped = 0;
  size_t size;
  const uint8_t *trim = av_packet_get_side_data(packet, AV_PKT_DATA_SKIP_SAMPLES, &size);
  if (trim && size >= 10) scan->to_skip = AV_RL32(trim) <= INT32_MAX ? AV_RL32(trim) : 0;
  if (samples > 0 && scan->to_skip > 0) {
    skipped = scan->to_skip < samples ? scan->to_skip : samples;
    scan->to_skip -= skipped;
  }
  int64_t discarded = trim && size >= 10 ? AV_RL32(trim + 4) : 0;
  if (discarded > samples - skipped) discarded = 0;
  out->skipped = skipped;
  out->discarded = discarded;
  out->samples = samples - skipped - discarded;
  out->rate = scan->rate;
  AVStream *stream = scan->media->format->streams[scan->stream];
  if (scan->first_rate > 0 && scan->rate != scan->first_rate) scan->times_lost = true;
  int64_t time = packet->pts;
  // libavcodec moves the time in whole units of the container's clock.
  if (time != AV_NOPTS_VALUE && skipped > 0 && scan->rate > 0) {
    int64_t moved = av_rescale_q(skipped, (AVRational){1, scan->rate}, stream->time_base);
    if (__builtin_add_overflow(time, moved, &time)) time = AV_NOPTS_VALUE;
  }
  out->time_ns = scan->times_lost ? LS_NO_TIME : ls_ns(time, stream->time_base);
}

enum ls_read ls_scan_read(ls_scan *scan, ls_scanned *out, ls_error *error) {
  enum ls_read read = ls_media_read_packet(scan->media, scan->stream, scan->packet, error);
  if (read != LS_READ_FRAME) return read;
  measure(scan, out);
  av_packet_unref(scan->packet);
  return LS_READ_FRAME;
}

// Containers in which PCM lies in one piece, up to the end or to what the header says.
static const char pcm_containers[] = "aiff,au,caf,sox,w64,wav";

int64_t ls_media_pcm_samples(ls_media *media, int index) {
  AVFormatContext *format = media->format;
  if (format->nb_streams != 1 || index != 0 || media->source->spool_fd >= 0) return -1;
  AVStream *stream = format->streams[0];
  const AVCodecParameters *codec = stream->codecpar;
  int64_t block = av_get_exact_bits_per_sample(codec->codec_id) / 8 * (int64_t)codec->ch_layout.nb_channels;
  if (block <= 0 || codec->sample_rate <= 0 || av_match_name(format->iformat->name, pcm_containers) <= 0) return -1;
  AVPacket *packet = av_packet_alloc();
  if (!packet) return -1;
  int64_t samples = -1;
  int64_t size = avio_size(format->pb);
  int result = av_read_frame(format, packet);
  if (result == AVERROR_EOF) samples = 0;
  if (result >= 0 && packet->pos >= 0 && size > packet->pos) {
    samples = (size - packet->pos) / block;
    // Where the header can be believed, other chunks may follow the sound.
    if (format->duration_estimation_method == AVFMT_DURATION_FROM_STREAM && stream->duration > 0) {
      int64_t told = av_rescale_q(stream->duration, stream->time_base, (AVRational){1, codec->sample_rate});
      if (told < samples) samples = told;
    }
  }
  av_packet_free(&packet);
  return samples;
}

bool ls_media_is_cut_off(ls_media *media, int index) {
  if (index < 0 || index >= (int)media->format->nb_streams || media->source->spool_fd >= 0) return false;
  AVStream *stream = media->format->streams[index];
  int entries = avformat_index_get_entries_count(stream);
  const AVIndexEntry *last = entries > 0 ? avformat_index_get_entry(stream, entries - 1) : NULL;
  int64_t size = avio_size(media->format->pb);
  return last && size >= 0 && last->pos > size - last->size;
}
