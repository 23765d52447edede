/* longscribe.h: recordings of any length as transcripts, through speech-to-text services.

   JSON goes in, JSON and events come out.

     longscribe *handle = NULL;
     char *answer = NULL;
     int status = longscribe_open("{\"provider\": \"offline\"}", &handle, &answer);
     longscribe_string_free(answer);
     if (status == LONGSCRIBE_OK) {
       status = longscribe_transcribe(handle, "{\"input\": \"talk.m4a\"}", NULL, NULL, &answer);
       puts(answer);
       longscribe_string_free(answer);
     }
     longscribe_close(handle);

   All texts are UTF-8 and end with a zero byte. A name in a JSON object that a function does not know is an error, so that a slip is
   not ignored in silence; in what comes out, members may be added, and readers ignore what they do not know.

   Answers. Every function with an `answer` sets it to a JSON object that the caller frees with longscribe_string_free, also
   when it fails; to NULL only where memory is short. With `answer` NULL it is not made. What went wrong is in the member "error":
   "status" (what the function returned), "message" (a sentence for people), and as far as they are known "code" (the kind of problem),
   "file", "provider", "chunk", "start", "end" (seconds), "http_status", "service_code", "trace_id" (what to tell the service's support),
   "hint" (what to do) and "retry" (whether the same call may help later).

   Threads. All functions may be called from any thread at any time, several at a time, also for one handle. A function that works
   blocks its thread until the work is done. Events are reported on that very thread, one after the other, before the function
   returns; other threads belong to the library and run no code of the caller. Signals are left alone, and nothing is printed; neither
   environment nor configuration files are read, and no journal is kept but one that is asked for. A process that has forked uses the
   library in one of the two only. FFmpeg's settings for the whole process are set when a recording is first opened: its log is silent,
   and no single allocation of it may exceed 512 MB.

   Keys. A key is sent to the host that it is for and nowhere else. It is never in an answer, an event or a file. */

#ifndef LONGSCRIBE_H
#define LONGSCRIBE_H

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface: what longscribe_protocol_version tells of the library that is loaded. It grows when something
   that was there is changed or taken away, never for what is added. */
#define LONGSCRIBE_PROTOCOL_VERSION 1

/* What functions return: the exit statuses of the command line. Anything else is a failure too. */
#define LONGSCRIBE_OK 0            /* all delivered */
#define LONGSCRIBE_UNEXPECTED 1    /* what should not happen */
#define LONGSCRIBE_PARTIAL 3       /* delivered, but a gap or speech without text remains: see the transcript */
#define LONGSCRIBE_CONFIGURATION 4 /* key, permission, balance or configuration */
#define LONGSCRIBE_SERVICE 5       /* the service kept failing, and there is no text */
#define LONGSCRIBE_BUDGET 8        /* a bound on cost, calls or audio was reached: nothing is missing for another reason */
#define LONGSCRIBE_USAGE 64        /* the call is wrong: JSON, a value, a handle */
#define LONGSCRIBE_MEDIA 65        /* not a recording, or not a plan */
#define LONGSCRIBE_NO_INPUT 66     /* no such file, or no answers */
#define LONGSCRIBE_CANNOT_WRITE 73 /* no room for temporary files, or a journal that cannot be written */
#define LONGSCRIBE_CANCELLED 130   /* longscribe_cancel or longscribe_close was called */

/* A provider with its account, ready to work. It is a name, not an address: one that was closed or never opened is refused with
   LONGSCRIBE_USAGE and does no harm. */
typedef struct longscribe longscribe;

/* Takes an event: one line of what `longscribe transcribe --events jsonl` writes, without its line end
   (schemas/events.schema.json). The text is gone when it returns. It may call every function but longscribe_close for its own
   handle, and must not leave by longjmp or an exception. */
typedef void (*longscribe_event)(const char *line, void *user_data);

/* The version of the library, such as "0.1.0". Not to be freed. */
const char *longscribe_version(void);

/* The version of the interface of the library. */
int longscribe_protocol_version(void);

/* Opens a provider. No key is needed before the first transcription, and nothing is sent.

   options (NULL for {}), all of them optional:
     "provider"                 "offline" (standard, English only), "glm", "coze", "siliconflow", "openai", "chatanywhere", or one of
                                "profiles"
     "model", "base_url"        else the provider's own; "base_url" is everything before /audio/transcriptions
     "key"                      the account's key
     "language", "prompt", "temperature", "stream", "response_format", "timestamp_granularities" (a list), "hotwords" (a list),
     "user_id", "request_id"    what is asked of the service
     "timeout"                  seconds that the service may take for its own work
     "proxy", "ca_file", "http2" how connections are made; no proxy is taken from the environment
     "limit_seconds", "limit_bytes" what a call takes, where that is known better
     "concurrency", "requests_per_minute" bounds on calls, for all that is transcribed with this handle
     "journal"                  a folder, made if it is not there, in which answers are kept: what was paid for once is not paid for again, by
                                whichever process. The command line's own is ~/.local/state/longscribe. Without it nothing is kept.
     "max_cost", "max_calls", "max_audio_seconds" bounds on all that is transcribed with this handle: no call is made that would exceed one.
                                A cost is a text such as "5USD"; it needs a known rate.
     "rate"                     what the service charges, such as "0.006USD/min"
     "temporary_folder"         where decoded recordings lie while they are worked on (115 MB an hour); else /var/tmp
     "profiles"                 services of your own: as in the command line's configuration file

   answer: {"recognizer": {"provider", "model", "host"}, "notes": [sentences about options that will not be sent]} */
int longscribe_open(const char *options, longscribe **handle, char **answer);

/* Transcribes a recording.

   request:
     "input"                    the file; needed
     "track"                    the audio track: its place from 0, or its language
     "channel"                  "left", "right", "mix" or a place from 0
     "start", "end"             seconds
     "chunk_length", "overlap"  seconds, below the service's limit
     "strict"                   refuse recordings that are damaged in any way
     "deadline"                 seconds after which decoding is given up
     "keep_inventions"          keep text that nobody can have said
     "repair"                   ask again for speech that no text covers (standard: true)
     "send_silence"             send chunks in which nobody speaks, too
     "retry_ambiguous"          repeat a call once that may have been charged (standard: true)
     "fresh"                    ask for everything again, whatever the journal holds
     "formats"                  a list of "txt", "srt", "vtt", "tsv", "json", "lrc"

   event, user_data: who is told of events; NULL for nobody.

   answer: {"transcript": {what the file .json of the command line holds}, "formats": {"srt": its text, ...}} */
int longscribe_transcribe(
    longscribe *handle, const char *request, longscribe_event event, void *user_data, char **answer);

/* The chunks that a recording would be sent in. Decodes it and sends nothing.

   request: "input", "track", "channel", "start", "end", "chunk_length", "overlap", "strict", "deadline" as above.
   answer: {"plan": {what `longscribe plan --json` prints}, "warnings": [sentences]} */
int longscribe_plan(longscribe *handle, const char *request, char **answer);

/* What is in a recording, and what each service needs of it.

   request: "input", and "exact" (count the packets in any case).
   answer: {"probe": {what `longscribe probe --json` prints}} */
int longscribe_probe(longscribe *handle, const char *request, char **answer);

/* Puts answers together that the caller got for the chunks of a plan. Reads and writes no file, and needs no handle.

   request:
     "plan"                     the plan, as an object or as its text
     "answers"                  an object: by the chunk's index or its file's name, with or without extension, what the service answered:
                                its JSON as an object, or the body of the answer as a text
     "formats", "keep_inventions" as above

   answer: {"transcript": ..., "formats": ..., "unreadable": [{"chunk", "message"}], "missing": [chunks without an answer]} */
int longscribe_stitch(const char *request, char **answer);

/* Ends what a handle's functions are doing, from any thread: they return LONGSCRIBE_CANCELLED soon after. What is called later works
   as before. Returns LONGSCRIBE_USAGE for a handle that is not open. */
int longscribe_cancel(longscribe *handle);

/* Cancels what a handle's functions are still doing on other threads, waits until they have returned, and gives all up that belongs
   to the handle. Returns LONGSCRIBE_USAGE, and does nothing, for a handle that is not open, and inside of an event of this handle.
   NULL is closed already: LONGSCRIBE_OK. */
int longscribe_close(longscribe *handle);

/* Frees an answer. NULL is allowed. */
void longscribe_string_free(char *text);

#ifdef __cplusplus
}
#endif

#endif
