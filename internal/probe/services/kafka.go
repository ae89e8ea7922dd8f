package services

import (
	"context"
	"fmt"
	"net"
)

// Keys of the requests that are sent or looked for, Kafka protocol guide,
// "Api Keys".
const (
	kafkaMetadata      = 3
	kafkaSASLHandshake = 17
	kafkaAPIVersions   = 18
)

// kafka asks which requests the broker knows, which is allowed before a login,
// and then for the metadata of the cluster, which is not: a listener that wants
// a login closes the connection. Kafka protocol guide, "Authentication" and
// "The Messages: Metadata". Only numbers are kept of what it tells.
func kafka(_ context.Context, conn net.Conn) (map[string]any, error) {
	answer, err := kafkaAsk(conn, kafkaAPIVersions, 0, 1, "")
	if err != nil {
		return nil, err
	}
	p := packet{rest: answer}
	if code := p.be(2); code != 0 {
		return nil, fmt.Errorf("api versions: error code %d", code)
	}
	metadata, sasl := -1, false
	for range min(p.be(4), 1000) {
		switch key, _, highest := p.be(2), p.be(2), p.be(2); {
		case p.short:
		case key == kafkaMetadata:
			metadata = highest
		case key == kafkaSASLHandshake:
			sasl = true
		}
	}
	if metadata < 1 {
		return nil, fmt.Errorf("api versions: %w", errForeign)
	}
	facts := map[string]any{"sasl_known": sasl, "metadata": false}
	return facts, kafkaCluster(conn, min(metadata, 4), facts)
}

// kafkaCluster asks for all topics, in version 4 without creating any, and
// counts. Versions 2 and 3 are asked in the form of version 1.
func kafkaCluster(conn net.Conn, version int, facts map[string]any) error {
	const allTopics = "\xff\xff\xff\xff"
	body := allTopics + "\x00" // allow_auto_topic_creation: no
	if version < 4 {
		version, body = 1, allTopics
	}
	answer, err := kafkaAsk(conn, kafkaMetadata, version, 2, body)
	if hungUp(err) {
		return nil
	}
	if err != nil {
		return err
	}
	p := packet{rest: answer}
	if version == 4 {
		p.be(4) // throttle_time_ms
	}
	brokers := p.be(4)
	for range min(brokers, maxMessage) {
		p.be(4) // node_id
		p.take(p.be(2))
		p.be(4) // port
		kafkaNullable(&p)
		if p.short {
			break
		}
	}
	if version == 4 {
		kafkaNullable(&p) // cluster_id
	}
	p.be(4) // controller_id
	topics := p.be(4)
	if p.short {
		return fmt.Errorf("metadata: %w", errForeign)
	}
	facts["metadata"], facts["brokers"], facts["topics"] = true, float64(brokers), float64(max(0, int32(topics)))
	return nil
}

// kafkaNullable passes over a NULLABLE_STRING, whose length -1 stands for null.
func kafkaNullable(p *packet) {
	if n := int16(p.be(2)); n >= 0 {
		p.take(int(n))
	}
}

// kafkaAsk sends one request with a header of version 1 and returns what
// follows the correlation id of the answer, at most maxMessage bytes of it.
func kafkaAsk(conn net.Conn, key, version, id int, body string) ([]byte, error) {
	const client = "dynamicscan"
	request := string([]byte{0, byte(key), 0, byte(version), 0, 0, 0, byte(id), 0, byte(len(client))}) + client + body
	head, err := exchange(conn, []byte(string([]byte{0, 0, 0, byte(len(request))})+request), 8)
	if err != nil {
		return nil, err
	}
	p := packet{rest: head}
	size := p.be(4)
	if p.be(4) != id || size < 4 || size > 100<<20 {
		return nil, foreign(head)
	}
	return receive(conn, size-4)
}
