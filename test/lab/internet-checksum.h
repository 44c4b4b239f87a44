/* The checksum of IPv4 and ICMP (RFC 1071), for the programs of the tests that make packets themselves. */
#pragma once

static unsigned short checksum(const unsigned short *words, int count)
{
	unsigned int sum = 0;

	while (count--)
		sum += *words++;
	sum = (sum >> 16) + (sum & 0xffff);
	return ~(sum + (sum >> 16));
}
