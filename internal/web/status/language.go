package status

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html/template"
	text "text/template"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// locale is a language of the page. It is safe for concurrent use.
type locale struct {
	Tag     language.Tag
	Name    string       // in the language itself
	Style   template.CSS // with the labels that narrow screens need
	policy  string       // Content-Security-Policy
	printer *message.Printer
}

// locales returns the languages of the page. The first is that of programs, and of
// browsers that prefer none of them.
func locales() ([]*locale, error) {
	all := []*locale{{Tag: language.English, Name: "English"}, {Tag: language.Polish, Name: "Polski"}}
	builder := catalog.NewBuilder(catalog.Fallback(language.English))
	var err error
	for _, l := range all {
		l.printer = message.NewPrinter(l.Tag, message.Catalog(builder))
		err = errors.Join(err, l.addTo(builder), l.setStyle())
	}
	return all, err
}

// catalogue is a file of the texts of a language, by key. A key without a text in
// English is the text itself.
type catalogue struct {
	Texts map[string]string
	// Forms are the plural forms for 1, in Polish for 2, and for 5. The first
	// argument is the number.
	Forms map[string][]string
}

func (l *locale) addTo(b *catalog.Builder) error {
	file, err := assets.ReadFile("language/" + l.Tag.String() + ".json")
	if err != nil {
		return err
	}
	var c catalogue
	err = json.Unmarshal(file, &c)
	for key, text := range c.Texts {
		err = errors.Join(err, b.SetString(l.Tag, key, text))
	}
	for key, forms := range c.Forms {
		cases := []any{plural.One, forms[0]}
		if len(forms) > 2 {
			cases = append(cases, plural.Few, forms[1])
		}
		cases = append(cases, plural.Other, forms[len(forms)-1])
		err = errors.Join(err, b.Set(l.Tag, key, plural.Selectf(1, "%d", cases...)))
	}
	return err
}

// T returns a text in this language, with verbs as of package fmt.
func (l *locale) T(key string, args ...any) string { return l.printer.Sprintf(key, args...) }

// setStyle sets the style sheet, and the policy that allows no other style, no
// script, and nothing from elsewhere.
func (l *locale) setStyle() error {
	sheet, err := text.ParseFS(assets, "style.css")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := sheet.Execute(&b, l); err != nil {
		return err
	}
	hash := sha256.Sum256(b.Bytes())
	l.Style = template.CSS(b.String()) //nolint:gosec // the style is our own
	l.policy = "default-src 'none'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'sha256-" +
		base64.StdEncoding.EncodeToString(hash[:]) + "'"
	return nil
}
