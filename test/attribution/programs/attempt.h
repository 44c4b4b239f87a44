/* What the programs of this suite share: where an attempt goes, and the line that tells who made it.
 * Usage of each: PROGRAM CASE FAMILY PORT COUNT OTHER. It makes COUNT attempts, each to an address of its own, and prints
 * "ADDRESS PORT PID PATH" for each: the process that used the socket, and what it ran then. OTHER is another program.
 * As "PROGRAM leaf FAMILY PORT INDEX OTHER DESCRIPTOR" it makes one attempt, on that descriptor where it is not -1. */
#pragma once
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* 198.18.0.0/15 is kept for tests of networks (RFC 2544). */
#define FIRST_IPV4 0xc6120001u

struct named_case {
	const char *name;
	void (*run)(int index);
};

/* 4 or 6. */
extern int family;
extern int port;
extern const char *other;
extern const char *own_path;

void fail(const char *what);
/* Where the kernel does not have what a case needs, nothing is measured. */
void not_here(const char *what);

socklen_t target_at(int index, int target_port, struct sockaddr_storage *to);
/* This process makes the attempt with this index. */
void tell(int index);
void tell_at(int index, int target_port);
/* Of an attempt that goes elsewhere. */
void tell_of(const struct sockaddr_storage *to);

int open_socket(int type, int protocol);
int open_stream(void);
/* Nobody listens there: it ends when the answer has come. */
void connect_and_tell(int file, int index);
/* Becomes the other program, which makes this attempt, on a descriptor that it inherits where there is one. */
void become_other(int index, int descriptor);
void await_child(pid_t child);

int run_cases(int argc, char **argv, const struct named_case *cases);
