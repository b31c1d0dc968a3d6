/*
 * Sends GraphQL requests to 127.0.0.1 and prints what came of it as one line of JSON. Each request carries another
 * authorization header, so that no gateway can share work between two clients.
 *
 * Usage: load PORT BODIES CONNECTIONS SECONDS RATE AT_LEAST [tolerant] [fresh]
 *   BODIES  a file of request bodies, one a line, sent in turn
 *   RATE    requests a second on a fixed timetable; a latency counts from the time at which a request was due, so that a
 *           slow answer is seen by all that wait behind it; every connection has been used once before the time begins, as
 *           those of a load balancer have, unless it says `fresh`. 0: each connection sends as soon as it has its answer.
 *   AT_LEAST  with rate 0: goes on past the time until that many requests are sent
 *   tolerant  connections that the gateway closes are opened again, and what was on its way there is lost
 * Latencies are those of answers with status 200.
 */
#include "net.h"

/* A gateway that answers nothing for so long has failed. */
#define PATIENCE_US 60000000ull
/* Connections that are used for the first time at once. */
#define FIRST_AT_ONCE 32

typedef struct {
  int fd, is_busy;
  uint64_t due_us;
  Buffer in, out;
} Client;

static struct {
  char *text;
  size_t length;
} *bodies;
static size_t body_count, next_body;
static uint64_t sent, answered, accepted, refused, failed, lost, body_bytes, last_answer_us;
static size_t first_length;
static int has_other_lengths;
static uint32_t *latencies;
static size_t latency_capacity;
/* Connections without a request: each in its turn, so that none is idle for so long that it is closed. */
static Client **waiting;
static size_t first_waiting, waiting_count, waiting_capacity;

static void read_bodies(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) fail(path);
  char *line = NULL;
  size_t capacity = 0;
  for (ssize_t length; (length = getline(&line, &capacity, file)) > 0;) {
    if (line[length - 1] == '\n') length--;
    bodies = realloc(bodies, (body_count + 1) * sizeof *bodies);
    bodies[body_count].text = strndup(line, length);
    bodies[body_count++].length = length;
  }
  fclose(file);
}

static void wait_for_turn(Client *client) {
  waiting[(first_waiting + waiting_count++) % waiting_capacity] = client;
}

static Client *take_next(void) {
  Client *client = waiting[first_waiting];
  first_waiting = (first_waiting + 1) % waiting_capacity;
  waiting_count--;
  return client;
}

static void send_request(int epoll, Client *client, uint64_t due_us) {
  char head[512];
  size_t body = next_body++ % body_count;
  int head_length = snprintf(head, sizeof head,
    "POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\naccept: application/json\r\n"
    "authorization: Bearer bench-%012llu\r\ncontent-length: %zu\r\n\r\n",
    (unsigned long long)sent++, bodies[body].length);
  client->out.length = 0;
  append(&client->out, head, head_length);
  append(&client->out, bodies[body].text, bodies[body].length);
  ssize_t wrote = send(client->fd, client->out.data, client->out.length, MSG_NOSIGNAL);
  if (wrote < 0) fail("send");
  drop_front(&client->out, wrote);
  if (client->out.length) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = client};
    epoll_ctl(epoll, EPOLL_CTL_MOD, client->fd, &event);
  }
  client->is_busy = 1;
  client->due_us = due_us;
}

static void settle(Client *client) {
  if (client->is_busy) wait_for_turn(client);
  client->is_busy = 0;
}

static void send_rest(int epoll, Client *client) {
  ssize_t wrote = send(client->fd, client->out.data, client->out.length, MSG_NOSIGNAL);
  if (wrote > 0) drop_front(&client->out, wrote);
  struct epoll_event event = {.events = EPOLLIN | (client->out.length ? EPOLLOUT : 0), .data.ptr = client};
  epoll_ctl(epoll, EPOLL_CTL_MOD, client->fd, &event);
}

static void note(Client *client, const Message *message) {
  if (accepted == latency_capacity) {
    latency_capacity = latency_capacity ? latency_capacity * 2 : 1 << 16;
    latencies = realloc(latencies, latency_capacity * sizeof *latencies);
  }
  last_answer_us = now_us();
  answered++;
  body_bytes += message->body_length;
  if (message->status == 200) latencies[accepted++] = last_answer_us - client->due_us;
  else if (message->status == 503) refused++;
  if (message->status != 200) failed++;
  if (first_length == 0) first_length = message->body_length;
  if (first_length != message->body_length) has_other_lengths = 1;
}

static int by_size(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return left < right ? -1 : left > right;
}

static double quantile_ms(double share) {
  if (!accepted) return 0;
  size_t index = share * accepted;
  return latencies[index < accepted ? index : accepted - 1] / 1000.0;
}

static void open_client(int epoll, Client *client, int port) {
  client->fd = connect_local(port);
  fcntl(client->fd, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
  epoll_ctl(epoll, EPOLL_CTL_ADD, client->fd, &event);
}

static void use_each_once(int epoll, Client *clients, int connections, int port) {
  struct epoll_event events[FIRST_AT_ONCE];
  for (int next = 0, answered_once = 0; answered_once < connections;) {
    for (; next < connections && next - answered_once < FIRST_AT_ONCE; next++) send_request(epoll, &clients[next], 0);
    int ready = epoll_wait(epoll, events, FIRST_AT_ONCE, PATIENCE_US / 1000);
    if (ready <= 0) fail("No answer on a new connection");
    for (int i = 0; i < ready; i++) {
      Client *client = events[i].data.ptr;
      Message message = {0};
      if (client->out.length && (events[i].events & EPOLLOUT)) send_rest(epoll, client);
      if (!(events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) continue;
      int is_open = read_available(client->fd, &client->in);
      int is_answered = find_message(&client->in, &message) == 1 && !message.is_close;
      if (!is_open || (message.is_close && !is_answered)) {
        /* It has waited too long for its turn. */
        close(client->fd);
        client->in.length = client->out.length = 0;
        open_client(epoll, client, port);
        send_request(epoll, client, 0);
        continue;
      }
      if (!is_answered) continue;
      client->in.length = client->is_busy = 0;
      answered_once++;
    }
  }
  sent = 0;
}

static int is_given(int count, char **arguments, const char *word) {
  for (int i = 7; i < count; i++) if (!strcmp(arguments[i], word)) return 1;
  return 0;
}

int main(int count, char **arguments) {
  if (count < 7) return fprintf(stderr, "Usage: load PORT BODIES CONNECTIONS SECONDS RATE AT_LEAST [tolerant] [fresh]\n"), 2;
  int is_tolerant = is_given(count, arguments, "tolerant");
  int port = atoi(arguments[1]), connections = atoi(arguments[3]);
  double seconds = atof(arguments[4]), rate = atof(arguments[5]);
  uint64_t at_least = atoll(arguments[6]);
  read_bodies(arguments[2]);
  int epoll = epoll_create1(0);
  Client *clients = calloc(connections, sizeof *clients);
  for (int i = 0; i < connections; i++) open_client(epoll, &clients[i], port);

  if (rate > 0 && !is_given(count, arguments, "fresh")) use_each_once(epoll, clients, connections, port);
  waiting = malloc(connections * sizeof *waiting);
  waiting_capacity = connections;
  for (int i = 0; i < connections; i++) wait_for_turn(&clients[i]);
  uint64_t start = now_us(), end = start + seconds * 1e6, planned = 0;
  last_answer_us = start;
  if (rate == 0) while (waiting_count) send_request(epoll, take_next(), now_us());
  struct epoll_event events[256];
  for (;;) {
    uint64_t now = now_us();
    int64_t wait_us = 100000;
    if (rate > 0 && now < end) {
      for (; waiting_count; planned++) {
        uint64_t due = start + planned * 1e6 / rate;
        if (due > now || due >= end) break;
        send_request(epoll, take_next(), due);
      }
      wait_us = (int64_t)(start + planned * 1e6 / rate) - (int64_t)now_us();
      /* Due already, and every connection is busy: an answer is what there is to wait for. */
      if (wait_us < 0) wait_us = 100000;
    }
    if (now >= last_answer_us + PATIENCE_US || (now >= end && sent >= at_least && sent == answered + lost)) break;
    struct timespec timeout = {wait_us / 1000000, wait_us % 1000000 * 1000};
    int ready = epoll_pwait2(epoll, events, 256, &timeout, NULL);
    for (int i = 0; i < ready; i++) {
      Client *client = events[i].data.ptr;
      if (client->out.length && (events[i].events & EPOLLOUT)) send_rest(epoll, client);
      if (!(events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) continue;
      int is_open = read_available(client->fd, &client->in);
      Message message;
      if (find_message(&client->in, &message) == 1) {
        /* A connection that was not used for long is told so (408) before it is closed: nobody's answer. */
        if (client->is_busy) note(client, &message);
        client->in.length = 0;
        settle(client);
        is_open = is_open && !message.is_close;
        if (is_open && rate == 0 && (sent < at_least || now_us() < end)) send_request(epoll, take_next(), now_us());
      }
      if (is_open) continue;
      /* An idle one may end its time; what it takes with it is an answer only where one was due. */
      if (!is_tolerant && client->is_busy) return fprintf(stderr, "The gateway closed a connection\n"), 1;
      close(client->fd);
      lost += client->is_busy;
      settle(client);
      client->in.length = client->out.length = 0;
      open_client(epoll, client, port);
      if (rate == 0 && waiting_count && now_us() < end) send_request(epoll, take_next(), now_us());
    }
  }
  /* Of a fixed rate the timetable's length counts, of the other kind the time until the last answer. */
  double elapsed = (now_us() - start) / 1e6;
  qsort(latencies, accepted, sizeof *latencies, by_size);
  printf("{\"sent\":%llu,\"answered\":%llu,\"failed\":%llu,\"refused\":%llu,\"lost\":%llu,\"seconds\":%.3f,\"bodyBytes\":%llu,\"sameLength\":%s,"
         "\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"maxMs\":%.3f}\n",
    (unsigned long long)sent, (unsigned long long)answered, (unsigned long long)failed,
    (unsigned long long)refused, (unsigned long long)lost, elapsed,
    (unsigned long long)body_bytes, has_other_lengths ? "false" : "true", quantile_ms(0.5), quantile_ms(0.99), quantile_ms(1));
  return 0;
}
