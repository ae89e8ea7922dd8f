package services

import (
	"context"
	"fmt"
	"net"
	"strings"
)

// amqp sends the protocol header of AMQP 0-9-1 and reads what the server
// proposes in connection.start, AMQP 0-9-1 sections 4.2.2 and 1.4.2.1. A server
// of another version answers with its own header and closes, section 4.2.2 and
// AMQP 1.0 part 2, section 2.2.
func amqp(_ context.Context, conn net.Conn) (map[string]any, error) {
	head, err := exchange(conn, []byte("AMQP\x00\x00\x09\x01"), 7)
	if err != nil {
		return nil, err
	}
	p := packet{rest: head}
	if string(head[:4]) == "AMQP" {
		// The eighth byte is of no interest: 0 stands for AMQP 1.0, 3 for SASL before it.
		return map[string]any{"version": fmt.Sprintf("%d.%d", head[5], head[6]), "sasl": head[4] == 3, "mechanisms": []string{}}, nil
	}
	kind, channel, size := p.byte(), p.be(2), p.be(4)
	if kind != 1 || channel != 0 {
		return nil, fmt.Errorf("protocol header: %w", foreign(head))
	}
	body, err := receive(conn, size)
	if err != nil {
		return nil, err
	}
	p = packet{rest: body}
	if class, method := p.be(2), p.be(2); class != 10 || method != 10 {
		return nil, fmt.Errorf("protocol header: %w", errForeign)
	}
	facts := map[string]any{"version": fmt.Sprintf("%d.%d", p.byte(), p.byte()), "sasl": true}
	amqpProperties(p.take(p.be(4)), facts)
	mechanisms := p.take(p.be(4))
	if p.short {
		return nil, fmt.Errorf("connection.start: %w", errForeign)
	}
	facts["mechanisms"] = names(strings.Fields(string(mechanisms)))
	return facts, nil
}

// amqpSizes are the sizes of the values of a field table by their type,
// AMQP 0-9-1 section 4.2.1 as RabbitMQ writes them.
var amqpSizes = map[byte]int{
	't': 1, 'b': 1, 'B': 1, 's': 2, 'u': 2, 'I': 4, 'i': 4, 'f': 4, 'l': 8, 'L': 8, 'd': 8, 'T': 8, 'D': 5, 'V': 0,
}

// amqpProperties takes the name of the server and its release from the table.
func amqpProperties(table []byte, facts map[string]any) {
	p := packet{rest: table}
	for len(p.rest) > 0 && !p.short {
		name := string(p.take(int(p.byte())))
		kind := p.byte()
		size, fixed := amqpSizes[kind]
		if !fixed {
			if !strings.ContainsRune("SFAx", rune(kind)) {
				return // what follows cannot be found without its size
			}
			size = p.be(4)
		}
		value := p.take(size)
		switch {
		case kind == 'S' && name == "product":
			facts["product"] = text(value)
		case kind == 'S' && name == "version":
			facts["release"] = text(value)
		}
	}
}
