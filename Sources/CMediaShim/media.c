// Opening a container and telling what is in it.
#include <libavutil/avstring.h>
#include <libavutil/channel_layout.h>
#include <libavutil/dict.h>
#include <libavutil/mem.h>
#include <libavutil/samplefmt.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "source.h"

// Containers that hold recordings. Playlists, scripts, images, devices and protocols are not among them: a playlist named .mp3 could
// otherwise read other files or call other hosts.
static const char formats[] =
    "3g2,3gp,aac,ac3,aea,aiff,amr,amrnb,amrwb,ape,asf,asf_o,au,avi,caf,dsf,dts,dtshd,dv,eac3,flac,"
    "flv,g722,gsm,gxf,ircam,kux,latm,live_flv,loas,m4a,matroska,mj2,mlp,mov,mp3,mp4,mpc,mpc8,"
    "mpeg,mpegts,mpegtsraw,mxf,nistsphere,nsv,nut,ogg,oma,rm,rso,sbc,sox,svs,tak,truehd,tta,voc,w64,"
    "wav,webm,wsd,wtv,wv,xwma";

// Containers without times of their own: libavformat makes times up from the byte stream.
static const char raw_formats[] = "aac,ac3,amrnb,amrwb,dts,eac3,g722,gsm,latm,loas,mlp,mp3,sbc,truehd";

enum {
  // Bytes spent on finding out what is in a file: enough for a video whose audio starts late.
  PROBE_BYTES = 5000000,
  BUFFER_BYTES = 65536,
  INDEX_BYTES = 16384,
  MOST_STREAMS = 64,
  LARGEST_ALLOCATION = 512 << 20,
  // libavformat reports more streams than it may make as a lack of memory, so it may make some more than we take.
  STREAMS_OF_LIBAVFORMAT = 1000,
};

// Our own code for more streams than we take; no code of FFmpeg's is this small.
static const int too_many_streams = INT_MIN;

static char *audio_decoders;
static pthread_once_t once = PTHREAD_ONCE_INIT;

// FFmpeg's own does some work before it finds that nothing is to be said: an index has a message for each entry.
static void ignore_log(void *object, int level, const char *format, va_list arguments) {}

// Names of all audio decoders. As the white list it keeps video decoders, subtitle parsers and image codecs out of reach, and
// makes opening a video two to three times faster.
static void set_up(void) {
  av_log_set_level(AV_LOG_QUIET);
  av_log_set_callback(ignore_log);
  // No single thing in a recording needs as much: a bound for damaged sizes.
  av_max_alloc(LARGEST_ALLOCATION);
  void *state = NULL;
  const AVCodec *codec;
  size_t size = 1;
  while ((codec = av_codec_iterate(&state))) size += strlen(codec->name) + 1;
  audio_decoders = calloc(1, size);
  if (!audio_decoders) return;
  state = NULL;
  while ((codec = av_codec_iterate(&state))) {
    if (codec->type != AVMEDIA_TYPE_AUDIO || !av_codec_is_decoder(codec)) continue;
    if (audio_decoders[0]) av_strlcat(audio_decoders, ",", size);
    av_strlcat(audio_decoders, codec->name, size);
  }
}

// A container asks for another file or address: never.
static int refuse_open(AVFormatContext *format, AVIOContext **io, const char *url, int flags,
                       AVDictionary **options) {
  (void)format, (void)io, (void)url, (void)flags, (void)options;
  return AVERROR(EPERM);
}

static int is_cancelled(void *opaque) { return ls_cancel_is_raised(opaque); }

static int open_format(ls_media *media) {
  uint8_t *buffer = av_malloc(BUFFER_BYTES);
  if (!buffer) return AVERROR(ENOMEM);
  media->io = avio_alloc_context(buffer, BUFFER_BYTES, 0, media, ls_source_read, NULL, ls_source_seek);
  if (!media->io) {
    av_free(buffer);
    return AVERROR(ENOMEM);
  }
  const ls_source *source = media->source;
  if (source->spool_fd >= 0 && !source->seekable) media->io->seekable = 0;
  media->format = avformat_alloc_context();
  if (!media->format) return AVERROR(ENOMEM);
  media->format->pb = media->io;
  media->format->flags |= AVFMT_FLAG_CUSTOM_IO;
  media->format->io_open = refuse_open;
  media->format->interrupt_callback = (AVIOInterruptCB){is_cancelled, media->cancel};
  media->format->max_streams = STREAMS_OF_LIBAVFORMAT;
  media->format->probesize = PROBE_BYTES;
  // We read front to back: of the index that is gathered while reading, only the first entry is ever asked for.
  media->format->max_index_size = INDEX_BYTES;

  AVDictionary *options = NULL;
  av_dict_set(&options, "format_whitelist", formats, 0);
  av_dict_set(&options, "codec_whitelist", audio_decoders, 0);
  // An empty list means "all"; a name that no protocol has means none.
  av_dict_set(&options, "protocol_whitelist", "none", 0);
  int result = avformat_open_input(&media->format, NULL, NULL, &options);
  av_dict_free(&options);
  if (result < 0) return result;
  if (media->format->nb_streams > MOST_STREAMS) return too_many_streams;
  result = avformat_find_stream_info(media->format, NULL);
  return media->format->nb_streams > MOST_STREAMS ? too_many_streams : result;
}

// libavformat frees its context when it fails, and with it what it took the file for.
static bool begins_like_mp4(ls_media *media) {
  uint8_t head[8];
  media->position = 0;
  for (int filled = 0; filled < (int)sizeof head;) {
    int count = ls_source_read(media, head + filled, (int)sizeof head - filled);
    if (count <= 0) return false;
    filled += count;
  }
  return memcmp(head + 4, "ftyp", 4) == 0;
}

ls_media *ls_media_open(ls_source *source, ls_cancel *cancel, ls_error *error) {
  pthread_once(&once, set_up);
  ls_media *media = calloc(1, sizeof *media);
  if (!media || !audio_decoders) {
    free(media);
    ls_fail(error, AVERROR(ENOMEM));
    return NULL;
  }
  media->source = source;
  media->cancel = cancel;
  int result = open_format(media);
  bool is_too_big = result < 0 && media->opening > LARGEST_HEADER;
  media->opening = -1;
  if (result >= 0) return media;
  if (is_too_big) {
    ls_fail_as(error, LS_FAILURE_LIMIT, "what comes before its sound is larger than 128 MB");
    ls_media_close(media);
    return NULL;
  }
  if (result == too_many_streams) {
    ls_fail_as(error, LS_FAILURE_LIMIT, "it has more than 64 tracks");
    ls_media_close(media);
    return NULL;
  }
  ls_media_fail(media, result, error);
  if (begins_like_mp4(media) && error->failure == LS_FAILURE_NOT_MEDIA) error->failure = LS_FAILURE_NO_INDEX;
  ls_media_close(media);
  return NULL;
}

void ls_media_close(ls_media *media) {
  if (!media) return;
  avformat_close_input(&media->format);
  // FFmpeg may have replaced the buffer, so it is the context's that is freed, after the format.
  if (media->io) av_freep(&media->io->buffer);
  avio_context_free(&media->io);
  free(media);
}

void ls_media_describe(const ls_media *media, ls_media_info *info) {
  const AVFormatContext *format = media->format;
  memset(info, 0, sizeof *info);
  snprintf(info->format, sizeof info->format, "%s", format->iformat->name);
  snprintf(info->format_long, sizeof info->format_long, "%s",
           format->iformat->long_name ? format->iformat->long_name : format->iformat->name);
  info->duration_ns = ls_ns(format->duration, AV_TIME_BASE_Q);
  if (info->duration_ns != LS_NO_TIME) {
    switch (format->duration_estimation_method) {
      case AVFMT_DURATION_FROM_PTS: info->duration_source = LS_DURATION_TIMESTAMPS; break;
      case AVFMT_DURATION_FROM_STREAM: info->duration_source = LS_DURATION_HEADER; break;
      case AVFMT_DURATION_FROM_BITRATE: info->duration_source = LS_DURATION_BITRATE; break;
    }
  }
  info->bit_rate = format->bit_rate;
  info->start_ns = ls_ns(format->start_time, AV_TIME_BASE_Q);
  info->streams = (int)format->nb_streams;
  info->raw_timestamps = av_match_list(format->iformat->name, raw_formats, ',') > 0;
  info->discontinuous = (format->iformat->flags & AVFMT_TS_DISCONT) != 0;
}

static void copy_tag(const AVDictionary *tags, const char *key, char *target, size_t size) {
  const AVDictionaryEntry *entry = av_dict_get(tags, key, NULL, 0);
  snprintf(target, size, "%s", entry ? entry->value : "");
}

bool ls_media_tag(const ls_media *media, int stream, const char *key, char *text, size_t size) {
  const AVFormatContext *format = media->format;
  const AVDictionaryEntry *entry = av_dict_get(format->metadata, key, NULL, 0);
  if (!entry && stream >= 0 && stream < (int)format->nb_streams) {
    entry = av_dict_get(format->streams[stream]->metadata, key, NULL, 0);
  }
  if (!entry) return false;
  snprintf(text, size, "%s", entry->value);
  return true;
}

// Bits of a recorded sample: as the container tells, else as the codec has them.
static int sample_bits(const AVCodecParameters *codec) {
  if (codec->bits_per_raw_sample > 0) return codec->bits_per_raw_sample;
  return av_get_bits_per_sample(codec->codec_id);
}

// Start of a stream in its own units. Matroska has no decoding times, and libavformat guesses H.264's and HEVC's only with the help of
// their decoders, which are not on our list; it then gives such a video the start of the audio. The index, which grows with
// every key frame that is read, has the truth.
static int64_t start_time(const ls_media *media, AVStream *stream) {
  bool is_matroska = av_match_name("matroska", media->format->iformat->name) > 0;
  if (!is_matroska || stream->codecpar->codec_type != AVMEDIA_TYPE_VIDEO) return stream->start_time;
  const AVIndexEntry *first = avformat_index_get_entry(stream, 0);
  return first ? first->timestamp : stream->start_time;
}

bool ls_media_stream(const ls_media *media, int index, ls_stream_info *info) {
  memset(info, 0, sizeof *info);
  if (index < 0 || index >= (int)media->format->nb_streams) return false;
  AVStream *stream = media->format->streams[index];
  const AVCodecParameters *codec = stream->codecpar;
  switch (codec->codec_type) {
    case AVMEDIA_TYPE_AUDIO: info->kind = LS_STREAM_AUDIO; break;
    case AVMEDIA_TYPE_VIDEO:
      info->kind = stream->disposition & AV_DISPOSITION_ATTACHED_PIC ? LS_STREAM_PICTURE : LS_STREAM_VIDEO;
      break;
    default: info->kind = LS_STREAM_OTHER;
  }
  const AVCodecDescriptor *descriptor = avcodec_descriptor_get(codec->codec_id);
  snprintf(info->codec, sizeof info->codec, "%s", descriptor ? descriptor->name : "unknown");
  snprintf(info->codec_long, sizeof info->codec_long, "%s",
           descriptor && descriptor->long_name ? descriptor->long_name : info->codec);
  info->sample_rate = codec->sample_rate;
  info->channels = codec->ch_layout.nb_channels;
  if (info->kind == LS_STREAM_AUDIO && info->channels > 0) {
    AVChannelLayout layout = {0};
    // One or two channels without names are what everybody takes them for.
    bool is_plain = codec->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC && info->channels <= 2;
    if (is_plain) av_channel_layout_default(&layout, info->channels);
    av_channel_layout_describe(is_plain ? &layout : &codec->ch_layout, info->layout, sizeof info->layout);
  }
  const char *profile = avcodec_profile_name(codec->codec_id, codec->profile);
  snprintf(info->profile, sizeof info->profile, "%s", profile ? profile : "");
  const char *sample_format = info->kind == LS_STREAM_AUDIO ? av_get_sample_fmt_name(codec->format) : NULL;
  snprintf(info->sample_format, sizeof info->sample_format, "%s", sample_format ? sample_format : "");
  if (info->kind == LS_STREAM_AUDIO) info->bits = sample_bits(codec);
  info->width = codec->width;
  info->height = codec->height;
  copy_tag(stream->metadata, "language", info->language, sizeof info->language);
  copy_tag(stream->metadata, "title", info->title, sizeof info->title);
  info->bit_rate = codec->bit_rate;
  // Guesses from the bit rate are given to the streams as well.
  bool guessed = media->format->duration_estimation_method != AVFMT_DURATION_FROM_STREAM;
  info->duration_ns = guessed || stream->duration <= 0 ? LS_NO_TIME : ls_ns(stream->duration, stream->time_base);
  info->start_ns = ls_ns(start_time(media, stream), stream->time_base);
  info->packets = stream->nb_frames;
  info->is_default = (stream->disposition & AV_DISPOSITION_DEFAULT) != 0;
  return true;
}
