package harness

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"testing"
)

// Mail receives e-mails over SMTP, as much of it as Alertmanager speaks, and puts
// them among the messages of a webhook.
type Mail struct {
	Address string // host and port

	webhook *Webhook
}

// NewMail starts one.
func NewMail(t *testing.T, w *Webhook) *Mail {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &Mail{Address: listener.Addr().String(), webhook: w}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			m.serve(conn)
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
	})
	return m
}

// serve talks to one client until it leaves.
func (m *Mail) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	lines := bufio.NewReader(conn)
	reply := func(text string) { _, _ = fmt.Fprintf(conn, "%s\r\n", text) }
	reply("220 test")
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		if strings.HasPrefix(line, "QUIT") {
			reply("221 bye")
			return
		}
		if !strings.HasPrefix(line, "DATA") {
			reply("250 OK")
			continue
		}
		reply("354 go ahead")
		var text strings.Builder
		for line, err = lines.ReadString('\n'); err == nil && line != ".\r\n"; line, err = lines.ReadString('\n') {
			text.WriteString(strings.TrimPrefix(line, "."))
		}
		message, err := parse(text.String())
		if err != nil {
			message.Title = "unreadable e-mail: " + err.Error()
		}
		m.webhook.mu.Lock()
		m.webhook.messages = append(m.webhook.messages, message)
		m.webhook.mu.Unlock()
		reply("250 OK")
	}
}

// parse reads an e-mail of two parts, text and HTML.
func parse(text string) (message Message, err error) {
	envelope, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		return message, err
	}
	if message.Title, err = new(mime.WordDecoder).DecodeHeader(envelope.Header.Get("Subject")); err != nil {
		return message, err
	}
	_, parameters, err := mime.ParseMediaType(envelope.Header.Get("Content-Type"))
	if err != nil {
		return message, err
	}
	parts := multipart.NewReader(envelope.Body, parameters["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return message, nil
		}
		if err != nil {
			return message, err
		}
		content, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			return message, err
		}
		decoded := strings.ReplaceAll(string(content), "\r\n", "\n")
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			message.HTML = decoded
		} else {
			message.Text = decoded
		}
	}
}
