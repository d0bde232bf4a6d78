package harness

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Webhook receives the messages of Alertmanager as Slack and Teams do, each receiver
// at a path of its own.
type Webhook struct {
	URL string

	mu       sync.Mutex
	messages []Message
}

// Message is one notification, rendered.
type Message struct {
	Receiver string `json:"-"` // the path
	Title    string `json:"title"`
	Link     string `json:"title_link"`
	Colour   string `json:"color"`
	Text     string `json:"text"`
	HTML     string `json:"-"` // of an e-mail

	Content struct { // of a card of Teams
		Body []struct {
			Text string `json:"text"`
		} `json:"body"`
	} `json:"content"`
}

// NewWebhook starts one.
func NewWebhook(t *testing.T) *Webhook {
	t.Helper()
	w := &Webhook{}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	w.URL = server.URL
	return w
}

// ServeHTTP receives a notification.
func (w *Webhook) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	var notification struct {
		Attachments []Message `json:"attachments"`
	}
	if err := json.NewDecoder(request.Body).Decode(&notification); err != nil {
		http.Error(response, err.Error(), http.StatusBadRequest)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, message := range notification.Attachments {
		message.Receiver = request.URL.Path
		if card := message.Content.Body; len(card) == 2 {
			message.Title, message.Text = card[0].Text, card[1].Text
		}
		w.messages = append(w.messages, message)
	}
	_, _ = io.WriteString(response, "ok") // else Alertmanager sends it again
}

// Messages returns those received so far whose title begins like that.
func (w *Webhook) Messages(prefix string) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []Message
	for _, m := range w.messages {
		if strings.HasPrefix(m.Title, prefix) {
			found = append(found, m)
		}
	}
	return slices.Clip(found)
}
