/*
 * What chat is compared with: one loop on epoll that reads a frame and writes FastRoom's bytes to every socket of its
 * room, gathered per turn of the loop. It knows no users, keeps nothing, has no second node and trusts its clients:
 * those of the benchmark, whose every handshake has the key of RFC 6455's example and whose JSON escapes nothing.
 *
 * PORT=8000 bareroom
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_FRAME = 65536, CONNECTIONS_AT_ONCE = 4096, BUCKETS = 1024 };

static const char upgraded[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
static const char healthy[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

struct bytes {
    uint8_t *at;
    size_t length, room;
};

struct client {
    int fd;
    bool upgraded;
    struct bytes unread, owed;
    struct room *room;
    size_t place; /* in room->members */
};

struct room {
    char *name;
    struct client **members;
    size_t count, capacity;
    long seq;
    struct bytes turn; /* the frames of this turn */
    struct room *next_of_bucket, *next_to_flush;
};

static struct room *buckets[BUCKETS], *to_flush;
static int poll_fd;

static void *or_abort(void *memory) {
    if (!memory) abort();
    return memory;
}

static void add(struct bytes *to, const void *from, size_t length) {
    if (length == 0) return;
    if (to->length + length > to->room) {
        to->room = 2 * (to->length + length);
        to->at = or_abort(realloc(to->at, to->room));
    }
    memcpy(to->at + to->length, from, length);
    to->length += length;
}

static void remove_first(struct bytes *from, size_t length) {
    from->length -= length;
    memmove(from->at, from->at + length, from->length);
}

static void watch(struct client *client, int how, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = client};
    epoll_ctl(poll_fd, how, client->fd, &event);
}

static void end(struct client *client) {
    struct room *room = client->room;
    if (room) {
        struct client *last = room->members[--room->count];
        room->members[client->place] = last;
        last->place = client->place;
    }
    close(client->fd);
    free(client->unread.at);
    free(client->owed.at);
    free(client);
}

/* What the socket does not take now is owed. A broken one is noticed when it is read. */
static void send_to(struct client *client, const void *from, size_t length) {
    ssize_t taken = 0;
    if (client->owed.length == 0) {
        taken = send(client->fd, from, length, MSG_NOSIGNAL);
        if (taken < 0) taken = errno == EAGAIN ? 0 : (ssize_t)length;
        if ((size_t)taken < length) watch(client, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
    }
    add(&client->owed, (const uint8_t *)from + taken, length - taken);
}

static void pay(struct client *client) {
    ssize_t taken = send(client->fd, client->owed.at, client->owed.length, MSG_NOSIGNAL);
    if (taken > 0) remove_first(&client->owed, taken);
    if (client->owed.length == 0) watch(client, EPOLL_CTL_MOD, EPOLLIN);
}

static void add_frame(struct bytes *to, const char *json, size_t length) {
    uint8_t head[4] = {0x81, length < 126 ? length : 126, length >> 8, length & 0xff};
    add(to, head, length < 126 ? 2 : 4);
    add(to, json, length);
}

static void send_frame(struct client *client, const char *json) {
    struct bytes frame = {0};
    add_frame(&frame, json, strlen(json));
    send_to(client, frame.at, frame.length);
    free(frame.at);
}

static struct room *room_called(const char *name, size_t length) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (uint8_t)name[i]) * 16777619u;
    struct room **bucket = &buckets[hash % BUCKETS];
    for (struct room *room = *bucket; room; room = room->next_of_bucket)
        if (strlen(room->name) == length && memcmp(room->name, name, length) == 0) return room;
    struct room *room = or_abort(calloc(1, sizeof *room));
    room->name = or_abort(strndup(name, length));
    room->next_of_bucket = *bucket;
    return *bucket = room;
}

/* The text behind a name with its punctuation, up to the next quotation mark. */
static const char *value(const char *json, size_t size, const char *name, size_t *length) {
    const char *found = memmem(json, size, name, strlen(name));
    if (!found) return NULL;
    found += strlen(name);
    const char *quote = memchr(found, '"', json + size - found);
    *length = quote ? quote - found : 0;
    return quote ? found : NULL;
}

static void join(struct client *client, struct room *room) {
    if (room->count == room->capacity) {
        room->capacity = room->capacity ? 2 * room->capacity : 16;
        room->members = or_abort(realloc(room->members, room->capacity * sizeof *room->members));
    }
    client->room = room;
    client->place = room->count;
    room->members[room->count++] = client;
    char joined[64];
    snprintf(joined, sizeof joined, "{\"type\":\"joined\",\"seq\":%ld}", room->seq);
    send_frame(client, joined);
    send_frame(client, "{\"type\":\"history\",\"messages\":[]}");
}

static void chat(struct room *room, const char *text, size_t length) {
    static char json[LONGEST_FRAME + 1024];
    char time[32];
    struct timespec now;
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &now);
    strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%S", gmtime_r(&now.tv_sec, &parts));
    long seq = ++room->seq;
    int written = snprintf(json, sizeof json, "{\"type\":\"chat\",\"room\":\"%s\",\"user\":\"bench.00001\",\"user_id\":1,"
        "\"message\":\"%.*s\",\"message_id\":%ld,\"seq\":%ld,\"ts\":\"%s.%06ldZ\"}",
        room->name, (int)length, text, seq, seq, time, now.tv_nsec / 1000);
    if (room->turn.length == 0) {
        room->next_to_flush = to_flush;
        to_flush = room;
    }
    add_frame(&room->turn, json, written);
}

static void text_frame(struct client *client, const char *json, size_t size) {
    size_t room_length, text_length;
    const char *room_name = value(json, size, "\"room\":\"", &room_length);
    const char *text = value(json, size, "\"message\":\"", &text_length);
    if (!room_name) return;
    struct room *room = room_called(room_name, room_length);
    if (text) chat(room, text, text_length);
    else if (!client->room) join(client, room);
}

/* Takes one frame off the front; the number of its bytes, 0 when it is not whole. */
static size_t frame(struct client *client, uint8_t *from, size_t size) {
    if (size < 8) return 0;
    size_t length = from[1] & 0x7f, head = 6;
    if (length == 126) {
        length = from[2] << 8 | from[3];
        head = 8;
    }
    if (size < head + length) return 0;
    uint8_t *mask = from + head - 4;
    for (size_t i = 0; i < length; i++) from[head + i] ^= mask[i & 3];
    if ((from[0] & 0xf) == 1) text_frame(client, (char *)from + head, length);
    return head + length;
}

static size_t request(struct client *client, uint8_t *from, size_t size) {
    uint8_t *blank = memmem(from, size, "\r\n\r\n", 4);
    if (!blank) return 0;
    client->upgraded = memmem(from, blank - from, "Upgrade: websocket", 18) != NULL;
    if (client->upgraded) send_to(client, upgraded, sizeof upgraded - 1);
    else send_to(client, healthy, sizeof healthy - 1);
    return blank + 4 - from;
}

static void read_from(struct client *client) {
    static uint8_t buffer[4 * LONGEST_FRAME];
    size_t before = client->unread.length;
    memcpy(buffer, client->unread.at ? client->unread.at : buffer, before);
    ssize_t read = recv(client->fd, buffer + before, sizeof buffer - before, 0);
    if (read <= 0) {
        if (read == 0 || errno != EAGAIN) end(client);
        return;
    }
    size_t size = before + read, used = 0, taken;
    do {
        taken = (client->upgraded ? frame : request)(client, buffer + used, size - used);
        used += taken;
    } while (taken > 0 && used < size);
    client->unread.length = 0;
    add(&client->unread, buffer + used, size - used);
}

static void flush(void) {
    for (; to_flush; to_flush = to_flush->next_to_flush) {
        for (size_t i = 0; i < to_flush->count; i++)
            send_to(to_flush->members[i], to_flush->turn.at, to_flush->turn.length);
        to_flush->turn.length = 0;
    }
}

static void accept_all(int listener) {
    int fd, yes = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        struct client *client = or_abort(calloc(1, sizeof *client));
        client->fd = fd;
        watch(client, EPOLL_CTL_ADD, EPOLLIN);
    }
}

int main(void) {
    int yes = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons(atoi(getenv("PORT") ? getenv("PORT") : "8000"))};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, CONNECTIONS_AT_ONCE)) {
        perror("bareroom");
        return 1;
    }
    poll_fd = epoll_create1(0);
    struct epoll_event events[256] = {{.events = EPOLLIN}};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, events);
    for (;;) {
        int ready = epoll_wait(poll_fd, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            struct client *client = events[i].data.ptr;
            if (!client) {
                accept_all(listener);
                continue;
            }
            if (events[i].events & EPOLLOUT) pay(client);
            if (events[i].events & ~EPOLLOUT) read_from(client);
        }
        flush();
    }
}
