/* Uses the interface as nobody should, and as everybody may. Prints what does not hold, and nothing else.

     contract OPTIONS.json SLOW.json RECORDING

   SLOW.json leads to a service that takes a minute for each answer. */

#include <longscribe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int failures = 0;

#define CHECK(condition)                                    \
  do {                                                      \
    if (!(condition)) {                                     \
      failures++;                                           \
      printf("line %d: %s\n", __LINE__, #condition);        \
    }                                                       \
  } while (0)

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void nap(double seconds) {
  struct timespec time = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
  nanosleep(&time, NULL);
}

static char *contents(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return NULL;
  char *text = malloc(1 << 16);
  if (text != NULL) text[fread(text, 1, (1 << 16) - 1, file)] = 0;
  fclose(file);
  return text;
}

/* Whether an answer tells of an error with that status. */
static int tells(const char *answer, int status) {
  char member[32];
  snprintf(member, sizeof member, "\"status\":%d", status);
  return answer != NULL && strncmp(answer, "{\"error\": {", 11) == 0 && strstr(answer, member) != NULL;
}

static void versions(void) {
  CHECK(strcmp(longscribe_version(), "0.1.0") == 0);
  CHECK(longscribe_protocol_version() == LONGSCRIBE_PROTOCOL_VERSION);
}

static void nothing(void) {
  char *answer = NULL;
  CHECK(longscribe_open(NULL, NULL, NULL) == LONGSCRIBE_USAGE);
  CHECK(longscribe_open(NULL, NULL, &answer) == LONGSCRIBE_USAGE && tells(answer, 64));
  longscribe_string_free(answer);
  CHECK(longscribe_transcribe(NULL, NULL, NULL, NULL, &answer) == LONGSCRIBE_USAGE && tells(answer, 64));
  longscribe_string_free(answer);
  CHECK(longscribe_plan(NULL, NULL, NULL) == LONGSCRIBE_USAGE);
  CHECK(longscribe_probe(NULL, "{}", NULL) == LONGSCRIBE_USAGE);
  CHECK(longscribe_stitch(NULL, NULL) == LONGSCRIBE_USAGE);
  CHECK(longscribe_cancel(NULL) == LONGSCRIBE_USAGE);
  CHECK(longscribe_close(NULL) == LONGSCRIBE_OK);
  longscribe_string_free(NULL);
  /* Handles that nobody gave. */
  CHECK(longscribe_cancel((longscribe *)&answer) == LONGSCRIBE_USAGE);
  CHECK(longscribe_close((longscribe *)"text") == LONGSCRIBE_USAGE);
  CHECK(longscribe_plan((longscribe *)-1, "{}", NULL) == LONGSCRIBE_USAGE);
}

static void bad_json(longscribe *handle) {
  static const char *const texts[] = {
      "", " ", "{", "[]", "null", "\"text\"", "{\"input\": 1}", "{\"input\": \"\"}", "{\"inputs\": \"a\"}", "\xff\xfe",
      "{\"input\": \"a\\u0000b\"}", "{\"input\": \"a\", \"start\": \"x\"}", "{\"input\": \"a\", \"end\": 0}",
      "{\"input\": \"a\", \"track\": 1.5}", "{\"input\": \"a\", \"channel\": \"up\"}",
      "{\"input\": \"a\", \"chunk_length\": 1e999}", "{\"input\": \"a\", \"chunk_length\": 1}", NULL};
  for (size_t index = 0; index == 0 || texts[index - 1] != NULL; index++) {
    char *answer = NULL;
    int status = longscribe_transcribe(handle, texts[index], NULL, NULL, &answer);
    if (status != LONGSCRIBE_USAGE || !tells(answer, 64)) {
      failures++;
      printf("bad JSON %zu: %d %s\n", index, status, answer);
    }
    longscribe_string_free(answer);
  }
  /* Brackets without an end. */
  char *deep = malloc(1000001);
  memset(deep, '[', 1000000);
  deep[1000000] = 0;
  CHECK(longscribe_stitch(deep, NULL) == LONGSCRIBE_USAGE);
  free(deep);
  static const char *const options[] = {
      "{\"provider\": \"nobody\"}", "{\"provider\": \"glm\", \"model\": 1}", "{\"provder\": \"glm\"}",
      "{\"provider\": \"glm\", \"temperature\": 7}", "{\"provider\": \"offline\", \"language\": \"zh\"}",
      "{\"provider\": \"glm\", \"key\": \"two words\"}", "{\"provider\": \"glm\", \"proxy\": \"nowhere\"}", NULL};
  for (size_t index = 0; options[index] != NULL; index++) {
    longscribe *none = handle;
    char *answer = NULL;
    int status = longscribe_open(options[index], &none, &answer);
    if (status != LONGSCRIBE_USAGE || !tells(answer, 64) || none != NULL) {
      failures++;
      printf("bad options %zu: %d %s\n", index, status, answer);
    }
    longscribe_string_free(answer);
  }
}

static void keys(const char *request) {
  longscribe *handle = NULL;
  char *answer = NULL;
  /* A service without a key can be planned for, but not called. */
  CHECK(longscribe_open("{\"provider\": \"glm\"}", &handle, NULL) == LONGSCRIBE_OK);
  CHECK(longscribe_plan(handle, request, NULL) == LONGSCRIBE_OK);
  CHECK(longscribe_transcribe(handle, request, NULL, NULL, &answer) == LONGSCRIBE_CONFIGURATION);
  CHECK(tells(answer, 4));
  longscribe_string_free(answer);
  CHECK(longscribe_close(handle) == LONGSCRIBE_OK);
}

static void handles(const char *options, const char *request) {
  longscribe *first = NULL, *second = NULL;
  CHECK(longscribe_open(options, &first, NULL) == LONGSCRIBE_OK);
  CHECK(longscribe_open(options, &second, NULL) == LONGSCRIBE_OK);
  CHECK(first != second && first != NULL && second != NULL);
  CHECK(longscribe_close(first) == LONGSCRIBE_OK);
  CHECK(longscribe_close(first) == LONGSCRIBE_USAGE);
  CHECK(longscribe_cancel(first) == LONGSCRIBE_USAGE);
  CHECK(longscribe_transcribe(first, request, NULL, NULL, NULL) == LONGSCRIBE_USAGE);
  CHECK(longscribe_transcribe(second, request, NULL, NULL, NULL) == LONGSCRIBE_OK);
  /* Nothing works, so nothing is cancelled; what comes later works. */
  CHECK(longscribe_cancel(second) == LONGSCRIBE_OK);
  CHECK(longscribe_transcribe(second, request, NULL, NULL, NULL) == LONGSCRIBE_OK);
  CHECK(longscribe_close(second) == LONGSCRIBE_OK);
  longscribe *third = NULL;
  CHECK(longscribe_open(options, &third, NULL) == LONGSCRIBE_OK);
  CHECK(third != first && third != second);
  CHECK(longscribe_close(third) == LONGSCRIBE_OK);
}

struct watch {
  longscribe *handle;
  const char *request;
  pthread_t thread;
  volatile int events;
  int strangers, summaries, closed, status;
  int cancels;
};

static void look(const char *line, void *user_data) {
  struct watch *watch = user_data;
  watch->events++;
  if (!pthread_equal(watch->thread, pthread_self())) watch->strangers++;
  if (line[0] != '{' || strchr(line, '\n') != NULL) watch->strangers++;
  if (strstr(line, "\"type\":\"summary\"") != NULL) watch->summaries++;
  /* It would wait for itself. */
  if (longscribe_close(watch->handle) != LONGSCRIBE_USAGE) watch->closed++;
  if (watch->cancels) longscribe_cancel(watch->handle);
}

static void *work(void *argument) {
  struct watch *watch = argument;
  watch->thread = pthread_self();
  watch->status = longscribe_transcribe(watch->handle, watch->request, look, watch, NULL);
  return NULL;
}

static void threads(const char *options, const char *request) {
  struct watch watches[4];
  pthread_t ids[4];
  longscribe *handle = NULL;
  CHECK(longscribe_open(options, &handle, NULL) == LONGSCRIBE_OK);
  for (int index = 0; index < 4; index++) {
    watches[index] = (struct watch){.handle = handle, .request = request};
    CHECK(pthread_create(&ids[index], NULL, work, &watches[index]) == 0);
  }
  for (int index = 0; index < 4; index++) {
    pthread_join(ids[index], NULL);
    CHECK(watches[index].status == LONGSCRIBE_OK);
    CHECK(watches[index].events > 5 && watches[index].strangers == 0);
    CHECK(watches[index].summaries == 1 && watches[index].closed == 0);
  }
  /* From inside of an event. */
  struct watch watch = {.handle = handle, .request = request, .cancels = 1};
  work(&watch);
  CHECK(watch.status == LONGSCRIBE_CANCELLED && watch.summaries == 1);
  CHECK(longscribe_close(handle) == LONGSCRIBE_OK);
}

/* Another thread ends what waits for a service. */
static void endings(const char *options, const char *request, int closes) {
  longscribe *handle = NULL;
  CHECK(longscribe_open(options, &handle, NULL) == LONGSCRIBE_OK);
  struct watch watch = {.handle = handle, .request = request};
  pthread_t id;
  CHECK(pthread_create(&id, NULL, work, &watch) == 0);
  for (int tries = 0; watch.events == 0 && tries < 3000; tries++) nap(0.01);
  nap(0.1);
  double start = now();
  if (closes) {
    CHECK(longscribe_close(handle) == LONGSCRIBE_OK);
    /* The call has returned, or is about to: it tells nothing more. */
    int events = watch.events;
    nap(0.1);
    CHECK(watch.events == events);
  } else {
    CHECK(longscribe_cancel(handle) == LONGSCRIBE_OK);
  }
  pthread_join(id, NULL);
  CHECK(now() - start < 20);
  CHECK(watch.status == LONGSCRIBE_CANCELLED);
  CHECK(longscribe_close(handle) == (closes ? LONGSCRIBE_USAGE : LONGSCRIBE_OK));
}

int main(int count, char **arguments) {
  if (count != 4) return LONGSCRIBE_USAGE;
  char *options = contents(arguments[1]);
  char *slow = contents(arguments[2]);
  char request[4096];
  snprintf(request, sizeof request, "{\"input\": \"%s\"}", arguments[3]);
  longscribe *handle = NULL;
  CHECK(longscribe_open(options, &handle, NULL) == LONGSCRIBE_OK);
  versions();
  nothing();
  bad_json(handle);
  keys(request);
  handles(options, request);
  threads(options, request);
  endings(slow, request, 0);
  endings(slow, request, 1);
  CHECK(longscribe_close(handle) == LONGSCRIBE_OK);
  free(options);
  free(slow);
  return failures == 0 ? 0 : 1;
}
