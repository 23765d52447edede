// Our own small surface over FFmpeg's libraries.
//
// This header has only our own types, so nothing that differs between FFmpeg's versions is visible from Swift: every struct
// access, macro and version #if is in the .c files beside it. Times are nanoseconds, counts are 64 bit.
// None of the objects may be used from two threads at once; ls_cancel is the exception.

#ifndef LONGSCRIBE_MEDIA_SHIM_H
#define LONGSCRIBE_MEDIA_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A time that is not known.
#define LS_NO_TIME INT64_MIN

// What went wrong, as far as a caller acts on it.
enum ls_failure {
  LS_FAILURE_NONE = 0,
  LS_FAILURE_NOT_MEDIA,    // not a container on the list, or damaged from the start
  LS_FAILURE_NO_INDEX,     // an mp4 whose index is missing: an incomplete download
  LS_FAILURE_UNSUPPORTED,  // a codec without a decoder, or an encoder that is missing
  LS_FAILURE_LIMIT,        // a rate or channel count that no recording has
  LS_FAILURE_IO,           // the system refused to read or write
  LS_FAILURE_MEMORY,
  LS_FAILURE_CANCELLED,
  LS_FAILURE_SPOOL,        // the system refused to keep what a pipe brings
  LS_FAILURE_NO_CHANNEL,   // the channel that was asked for is not there
};

typedef struct ls_error {
  enum ls_failure failure;
  int system_error;  // errno of LS_FAILURE_IO, else 0
  char text[192];    // FFmpeg's own words
} ls_error;

// A flag that any thread may raise; reading and decoding stop soon after.
typedef struct ls_cancel ls_cancel;
ls_cancel *ls_cancel_create(void);
void ls_cancel_raise(ls_cancel *cancel);
// Raises the flag by itself when so much time has passed from now on; 0: never.
void ls_cancel_after(ls_cancel *cancel, int64_t nanoseconds);
bool ls_cancel_is_raised(const ls_cancel *cancel);
// Whether it was time that raised it.
bool ls_cancel_is_expired(const ls_cancel *cancel);
void ls_cancel_free(ls_cancel *cancel);

// Where bytes come from. A regular file is read in place. A pipe (spool_fd >= 0) is copied to the spool while it is read, so
// that what has arrived can be read again; with seekable = true the demuxer may also jump ahead, which waits for those bytes.
typedef struct ls_source {
  int fd;
  int spool_fd;
  bool seekable;
  int64_t spooled;  // bytes of a pipe that are in the spool; kept by the shim
  bool ended;       // a pipe's end has been seen; kept by the shim
} ls_source;

enum ls_duration_source {
  LS_DURATION_UNKNOWN = 0,
  LS_DURATION_TIMESTAMPS,
  LS_DURATION_HEADER,
  LS_DURATION_BITRATE,
};

typedef struct ls_media_info {
  char format[64];
  char format_long[96];
  int64_t duration_ns;  // LS_NO_TIME if unknown
  enum ls_duration_source duration_source;
  int64_t bit_rate;     // of the whole file, 0 if unknown
  int64_t start_ns;     // LS_NO_TIME if unknown
  int streams;
  bool raw_timestamps;     // times are made up from the byte stream: mp3, aac, ac3 …
  bool discontinuous;      // times may jump: mpegts, ogg …
} ls_media_info;

enum ls_stream_kind { LS_STREAM_AUDIO, LS_STREAM_VIDEO, LS_STREAM_PICTURE, LS_STREAM_OTHER };

typedef struct ls_stream_info {
  enum ls_stream_kind kind;
  char codec[48];
  char codec_long[96];
  char layout[64];
  char profile[48];        // empty if the codec has none
  char sample_format[16];  // as decoded; empty if unknown
  char language[16];
  char title[96];
  int sample_rate;
  int channels;
  int bits;  // of one sample as recorded, 0 where the codec has no such number
  int width;  // of a picture
  int height;
  int64_t bit_rate;
  int64_t start_ns;     // LS_NO_TIME if unknown
  int64_t duration_ns;  // of this stream alone; LS_NO_TIME if unknown or only guessed
  int64_t packets;      // as counted by the container; 0 if it does not
  bool is_default;
} ls_stream_info;

typedef struct ls_media ls_media;

// Opens a container. The source must outlive the media. NULL on failure, with error filled in.
ls_media *ls_media_open(ls_source *source, ls_cancel *cancel, ls_error *error);
void ls_media_close(ls_media *media);
void ls_media_describe(const ls_media *media, ls_media_info *info);
bool ls_media_stream(const ls_media *media, int index, ls_stream_info *info);
// Copies a tag of the container or, where it has none, of a stream (-1: of none). False if there is no such tag.
bool ls_media_tag(const ls_media *media, int stream, const char *key, char *text, size_t size);
// Samples of the only track, from the size of the file and of its blocks, if its container holds PCM in one piece; else -1.
// Reads a packet, so nothing else can be read from the media after it.
int64_t ls_media_pcm_samples(ls_media *media, int stream);
// Whether the stream's index names bytes beyond the end of the file.
bool ls_media_is_cut_off(ls_media *media, int stream);

enum ls_read {
  LS_READ_FRAME,      // a frame is there
  LS_READ_END,        // the recording has ended
  LS_READ_BAD,        // a packet could not be decoded; go on
  LS_READ_FAILED,     // error says why
};

typedef struct ls_frame {
  int64_t time_ns;  // LS_NO_TIME if the container gives none
  int64_t samples;
  int rate;
} ls_frame;

// What has gone through a decoder.
typedef struct ls_tally {
  int64_t packets;
  int64_t corrupt_packets;  // those that the demuxer says are damaged or incomplete
  int64_t last_sound;       // place in the file of the last packet that gave sound, in bytes; -1 if unknown
} ls_tally;

typedef struct ls_decoder ls_decoder;

// Decodes one audio stream of a media, front to back; all other streams are discarded. Decodes ahead on a thread of its own, so the
// media must not be used while the decoder is open.
ls_decoder *ls_decoder_open(ls_media *media, int stream, ls_error *error);
enum ls_read ls_decoder_read(ls_decoder *decoder, ls_frame *frame, ls_error *error);
// As of the frame that was read last, whatever has been decoded ahead.
void ls_decoder_tell(const ls_decoder *decoder, ls_tally *tally);
void ls_decoder_close(ls_decoder *decoder);

typedef struct ls_scanned {
  int64_t time_ns;    // as the decoder's frame would have it; LS_NO_TIME if the container gives none
  int64_t samples;    // that decoding would give, trimmed
  int64_t skipped;    // priming taken off the start
  int64_t discarded;  // padding taken off the end
  int rate;
  bool is_corrupt;  // the demuxer calls the packet damaged
  bool is_guess;    // only the container's clock told the number of samples, or the packet is cut short
} ls_scanned;

typedef struct ls_scan ls_scan;

// Reads the packets of one audio stream, front to back, without decoding them; all other streams are discarded.
ls_scan *ls_scan_open(ls_media *media, int stream, ls_error *error);
// LS_READ_FRAME for a packet; the others as when decoding.
enum ls_read ls_scan_read(ls_scan *scan, ls_scanned *scanned, ls_error *error);
// Whether the codec and container tell just as many samples as decoding gives.
bool ls_scan_is_exact(const ls_scan *scan);
// Whether every byte is sound, so that nothing in a packet can be undecodable.
bool ls_scan_is_pcm(const ls_scan *scan);
void ls_scan_close(ls_scan *scan);

// Which channels are heard; a number from 0 on names one of them.
enum { LS_MIX_ALL = -1, LS_CHANNEL_LEFT = -2, LS_CHANNEL_RIGHT = -3 };

// What mixing had to put right.
typedef struct ls_mix_report {
  int64_t clipped;     // samples of the output that were too loud for 16 bits
  int64_t non_finite;  // samples of the input that were no numbers
  int64_t cancelled;   // samples of the input for which one channel stood in, because all together were silence
} ls_mix_report;

typedef struct ls_resampler ls_resampler;

// Mixes to one or two channels and converts to signed 16 bit, interleaved, at the given rate. Counts are of samples of each channel.
ls_resampler *ls_resampler_create(int rate, int channels, int choice, ls_error *error);
void ls_resampler_free(ls_resampler *resampler);
// Whether the decoder's frame has the form that the resampler is set up for.
bool ls_resampler_fits(const ls_resampler *resampler, const ls_decoder *decoder);
// Sets up for the form of the decoder's frame. What is still inside is lost: drain first.
bool ls_resampler_set_up(ls_resampler *resampler, const ls_decoder *decoder, ls_error *error);
// Most samples that pushing so many input samples can give.
int64_t ls_resampler_bound(const ls_resampler *resampler, int64_t samples);
// Each returns the number of samples written to out (at most capacity), or -1 with error filled in.
// Takes samples of the decoder's frame from its sample `first` on.
int64_t ls_resampler_push(ls_resampler *resampler, const ls_decoder *decoder, int64_t first, int64_t samples,
                          int16_t *out, int64_t capacity, ls_error *error);
int64_t ls_resampler_push_silence(ls_resampler *resampler, int64_t samples, int16_t *out,
                                  int64_t capacity, ls_error *error);
int64_t ls_resampler_drain(ls_resampler *resampler, int16_t *out, int64_t capacity, ls_error *error);
void ls_resampler_tell(const ls_resampler *resampler, ls_mix_report *report);

enum ls_file_format {
  LS_FILE_MP3,   // constant bit rate, LAME header with true delay and padding
  LS_FILE_OGG,   // Opus at a constant bit rate
  LS_FILE_FLAC,  // with length and checksum
  LS_FILE_M4A,   // AAC-LC; the edit list tells the true begin and length
};

typedef struct ls_encoder ls_encoder;

// Encodes interleaved 16 bit samples to a file on a seekable descriptor, from its byte 0 on; the descriptor is borrowed, and must
// be of an empty file. Rates are those of the format, channels 1 or 2, bit_rate in bits a second (0 where the format has none).
// NULL on failure, with error filled in: LS_FAILURE_UNSUPPORTED for a rate, count or bit rate that the format does not have.
ls_encoder *ls_encoder_open(int fd, enum ls_file_format format, int rate, int channels, int64_t bit_rate,
                            ls_error *error);
// A frame is one sample of each channel. After a failure the file is lost, and every further call fails too.
bool ls_encoder_write(ls_encoder *encoder, const int16_t *interleaved, int64_t frames, ls_error *error);
// Writes what is left and the true header. Called once.
bool ls_encoder_finish(ls_encoder *encoder, ls_error *error);
void ls_encoder_free(ls_encoder *encoder);

// SHA-256 of bytes that come in pieces; NULL if there is no memory for it.
enum { LS_DIGEST_BYTES = 32 };
typedef struct ls_digest ls_digest;
ls_digest *ls_digest_create(void);
void ls_digest_add(ls_digest *digest, const uint8_t *bytes, size_t count);
// Ends the digest: nothing can be added after it.
void ls_digest_finish(ls_digest *digest, uint8_t result[LS_DIGEST_BYTES]);
void ls_digest_free(ls_digest *digest);

// The libraries that are loaded, which need not be those that were compiled against.
enum ls_library { LS_LIBRARY_FORMAT, LS_LIBRARY_CODEC, LS_LIBRARY_RESAMPLE, LS_LIBRARY_UTIL };
// FFmpeg's release, such as "5.1.9-0+deb12u1".
const char *ls_ffmpeg_release(void);
// A library's version as FFmpeg counts it: major << 16 | minor << 8 | micro.
unsigned ls_library_version(enum ls_library library);
// Whether a demuxer, decoder or encoder of this name is built in.
bool ls_can_demux(const char *format);
bool ls_can_decode(const char *codec);
bool ls_can_encode(const char *codec);

#endif
