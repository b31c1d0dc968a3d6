/*
 * Subgraphs that cost next to nothing: one port for each; an answer is asked of the origin (a real subgraph) the first
 * time that a body comes, and served from memory from then on.
 *
 * Usage: memo-server ORIGIN_PORT NAME...   prints one line "NAME PORT" for each subgraph; GET /requests on any of the
 * ports answers how many requests came so far, GET /requests/own how many to that one, POST /forget drops every answer. POST /behave/MODE on a subgraph's own
 * port makes that one answer so from then on: ok; hang (never); busy (503 to every second request); cut (part of a body,
 * then it closes); page (HTML); reset (closes without a word); slow (10 ms later). The first letter counts.
 */
#include "net.h"

#define SLOTS (1 << 18)
#define SLOW_US 10000

typedef struct {
  int fd, subgraph, is_listener, is_ending, is_closed, delayed;
  Buffer in, out;
} Socket;

typedef struct Memo {
  struct Memo *next;
  uint64_t hash;
  int subgraph;
  size_t body_length, answer_length;
  char *body, *answer;
} Memo;

/* Answers that are sent later, in the order in which they are due. */
typedef struct Delayed {
  struct Delayed *next;
  uint64_t due_us;
  Socket *socket;
  Memo *memo;
} Delayed;

static Memo *memos[SLOTS];
static Delayed *first_delayed, *last_delayed;
static char **names;
static int origin_port;
static uint64_t requests, own_requests[64];
static char modes[64];
static const char busy[] = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\ncontent-length: 4\r\n\r\nbusy";
static const char page[] = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";

static uint64_t hash_of(const char *data, size_t length) {
  uint64_t hash = length * 0x9E3779B97F4A7C15u, word;
  for (; length >= 8; data += 8, length -= 8) {
    memcpy(&word, data, 8);
    hash = (hash ^ word) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  for (; length; data++, length--) hash = (hash ^ (unsigned char)*data) * 0x100000001b3u;
  return hash ^ (hash >> 29);
}

/* Blocks: it happens once for each body, while the gateways warm up. */
static Memo *ask_origin(int subgraph, const char *body, size_t length, uint64_t hash) {
  int fd = connect_local(origin_port);
  Buffer request = {0}, response = {0};
  char head[256];
  int head_length = snprintf(head, sizeof head,
    "POST /%s HTTP/1.1\r\nhost: origin\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n",
    names[subgraph], length);
  append(&request, head, head_length);
  append(&request, body, length);
  for (size_t sent = 0; sent < request.length;) {
    ssize_t wrote = write(fd, request.data + sent, request.length - sent);
    if (wrote < 0) fail("write to the origin");
    sent += wrote;
  }
  Message message;
  while (find_message(&response, &message) != 1)
    if (!read_available(fd, &response)) fail("the origin hung up");
  close(fd);

  Memo *memo = calloc(1, sizeof *memo);
  Buffer answer = {0};
  head_length = snprintf(head, sizeof head,
    "HTTP/1.1 %d OK\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n", message.status, message.body_length);
  append(&answer, head, head_length);
  append(&answer, response.data + message.head_length, message.body_length);
  *memo = (Memo){memos[hash % SLOTS], hash, subgraph, length, answer.length, malloc(length), answer.data};
  memcpy(memo->body, body, length);
  memos[hash % SLOTS] = memo;
  free(request.data);
  free(response.data);
  return memo;
}

static Memo *find_memo(int subgraph, const char *body, size_t length) {
  uint64_t hash = hash_of(body, length) + subgraph;
  for (Memo *memo = memos[hash % SLOTS]; memo; memo = memo->next)
    if (memo->hash == hash && memo->subgraph == subgraph && memo->body_length == length && !memcmp(memo->body, body, length))
      return memo;
  return ask_origin(subgraph, body, length, hash);
}

static void forget_all(void) {
  if (first_delayed) fail("forget what is to be sent");
  for (int slot = 0; slot < SLOTS; slot++) {
    for (Memo *memo = memos[slot], *next; memo; memo = next) {
      next = memo->next;
      free(memo->body);
      free(memo->answer);
      free(memo);
    }
    memos[slot] = NULL;
  }
}

/* A negative subgraph is all of them. */
static void answer_control(Socket *socket, int subgraph) {
  char answer[256], count[32];
  int length = snprintf(count, sizeof count, "%llu", (unsigned long long)(subgraph < 0 ? requests : own_requests[subgraph]));
  int total = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s", length, count);
  append(&socket->out, answer, total);
}

static void delay_answer(Socket *socket, Memo *memo) {
  Delayed *delayed = malloc(sizeof *delayed);
  *delayed = (Delayed){NULL, now_us() + SLOW_US, socket, memo};
  if (first_delayed) last_delayed->next = delayed;
  else first_delayed = delayed;
  last_delayed = delayed;
  socket->delayed++;
}

static void answer_request(Socket *socket, Message *message) {
  static uint64_t halves;
  Memo *memo = find_memo(socket->subgraph, socket->in.data + message->head_length, message->body_length);
  size_t length = memo->answer_length;
  switch (modes[socket->subgraph]) {
    case 'h': return;
    case 's': return delay_answer(socket, memo);
    case 'b':
      if (halves++ % 2) return append(&socket->out, busy, sizeof busy - 1);
      break;
    case 'p': return append(&socket->out, page, sizeof page - 1);
    case 'c':
      length -= length / 4;
      /* fall through */
    case 'r': socket->is_ending = 1;
      if (modes[socket->subgraph] == 'r') length = 0;
  }
  append(&socket->out, memo->answer, length);
}

static void answer_all(Socket *socket) {
  Message message;
  while (find_message(&socket->in, &message) == 1) {
    if (!strncmp(socket->in.data, "GET /requests/own", 17)) {
      answer_control(socket, socket->subgraph);
    } else if (!strncmp(socket->in.data, "GET /requests", 13)) {
      answer_control(socket, -1);
    } else if (!strncmp(socket->in.data, "POST /forget", 12)) {
      forget_all();
      answer_control(socket, -1);
    } else if (!strncmp(socket->in.data, "POST /behave/", 13)) {
      modes[socket->subgraph] = socket->in.data[13];
      answer_control(socket, -1);
    } else {
      requests++;
      own_requests[socket->subgraph]++;
      answer_request(socket, &message);
    }
    drop_front(&socket->in, message.total_length);
  }
}

static void flush_out(int epoll, Socket *socket) {
  ssize_t sent = send(socket->fd, socket->out.data, socket->out.length, MSG_NOSIGNAL);
  if (sent > 0) drop_front(&socket->out, sent);
  struct epoll_event event = {.events = EPOLLIN | (socket->out.length ? EPOLLOUT : 0), .data.ptr = socket};
  epoll_ctl(epoll, EPOLL_CTL_MOD, socket->fd, &event);
}

static void release(Socket *socket) {
  free(socket->in.data);
  free(socket->out.data);
  free(socket);
}

/* Sends what is due by then. Returns the milliseconds to the next, -1 where there is none. */
static int send_due(int epoll, uint64_t by_us) {
  for (Delayed *delayed = first_delayed; delayed && delayed->due_us <= by_us; delayed = first_delayed) {
    Socket *socket = delayed->socket;
    socket->delayed--;
    if (!socket->is_closed) {
      append(&socket->out, delayed->memo->answer, delayed->memo->answer_length);
      flush_out(epoll, socket);
    } else if (!socket->delayed) release(socket);
    first_delayed = delayed->next;
    free(delayed);
  }
  return first_delayed ? (first_delayed->due_us - by_us) / 1000 + 1 : -1;
}

static void watch(int epoll, int fd, int subgraph, int is_listener) {
  Socket *socket = calloc(1, sizeof *socket);
  *socket = (Socket){.fd = fd, .subgraph = subgraph, .is_listener = is_listener};
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = socket};
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static void listen_for(int epoll, int subgraph) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(fd, (struct sockaddr *)&address, size) < 0 || listen(fd, 1024) < 0) fail("listen");
  getsockname(fd, (struct sockaddr *)&address, &size);
  printf("%s %d\n", names[subgraph], ntohs(address.sin_port));
  watch(epoll, fd, subgraph, 1);
}

int main(int count, char **arguments) {
  if (count < 3) return fprintf(stderr, "Usage: memo-server ORIGIN_PORT NAME...\n"), 2;
  origin_port = atoi(arguments[1]);
  names = arguments + 2;
  int epoll = epoll_create1(0);
  for (int subgraph = 0; subgraph < count - 2; subgraph++) listen_for(epoll, subgraph);
  fflush(stdout);

  struct epoll_event events[256];
  for (;;) {
    int ready = epoll_wait(epoll, events, 256, send_due(epoll, now_us()));
    for (int i = 0; i < ready; i++) {
      Socket *socket = events[i].data.ptr;
      if (socket->is_listener) {
        int fd = accept4(socket->fd, NULL, NULL, SOCK_NONBLOCK), on = 1;
        if (fd < 0) continue;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(epoll, fd, socket->subgraph, 0);
        continue;
      }
      if ((events[i].events & (EPOLLIN | EPOLLHUP)) && !read_available(socket->fd, &socket->in)) {
        close(socket->fd);
        socket->is_closed = 1;
        if (!socket->delayed) release(socket);
        continue;
      }
      answer_all(socket);
      if (socket->out.length) flush_out(epoll, socket);
      /* The event of the other side's end frees it. */
      if (socket->is_ending && !socket->out.length) shutdown(socket->fd, SHUT_RDWR);
    }
  }
}
