package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

const (
	lifecycles = "https://endoflife.date/api/v1/products/" // https://endoflife.date/docs/api/v1/, read 2026-11-24
	dockerHub  = "registry-1.docker.io"
	maxAnswer  = 16 << 20 // bytes
	maxPages   = 60       // of a list of tags
)

// sources asks public servers, each thing once.
type sources struct {
	client   *http.Client
	tags     map[string]map[string]bool // by repository
	tagError map[string]error
}

// release is a version line as endoflife.date has it.
type release struct {
	Name     string  `json:"name"`
	Codename *string `json:"codename"`
	Released string  `json:"releaseDate"`
	LTS      bool    `json:"isLts"`
	EOL      bool    `json:"isEol"`
	EOLFrom  *string `json:"eolFrom"`
	Latest   *struct {
		Name string `json:"name"`
	} `json:"latest"`
}

// product are the releases of a product, by name.
func (s *sources) product(ctx context.Context, name string) ([]release, error) {
	var answer struct {
		Result struct {
			Releases []release `json:"releases"`
		} `json:"result"`
	}
	if _, err := s.get(ctx, lifecycles+url.PathEscape(name)+"/", "", &answer); err != nil {
		return nil, err
	}
	if len(answer.Result.Releases) == 0 {
		return nil, fmt.Errorf("endoflife.date knows no release of %s", name)
	}
	return answer.Result.Releases, nil
}

// repositoryTags are the tags of a repository as FROM names it.
func (s *sources) repositoryTags(ctx context.Context, repository string) (map[string]bool, error) {
	if tags, ok := s.tags[repository]; ok {
		return tags, s.tagError[repository]
	}
	tags, err := s.list(ctx, repository)
	if s.tags == nil {
		s.tags, s.tagError = map[string]map[string]bool{}, map[string]error{}
	}
	s.tags[repository], s.tagError[repository] = tags, err
	return tags, err
}

// list asks a registry by the protocol of https://distribution.github.io/distribution/spec/api/#listing-image-tags.
func (s *sources) list(ctx context.Context, repository string) (map[string]bool, error) {
	host, name, ok := strings.Cut(repository, "/")
	if !ok || !strings.ContainsAny(host, ".:") {
		host, name = dockerHub, repository
		if !ok {
			name = "library/" + repository
		}
	}
	tags := map[string]bool{}
	next, token := "https://"+host+"/v2/"+name+"/tags/list?n=1000", ""
	for page := 0; next != ""; page++ {
		if page == maxPages {
			return nil, fmt.Errorf("%s: more than %d pages of tags", repository, maxPages)
		}
		var answer struct {
			Tags []string `json:"tags"`
		}
		header, err := s.get(ctx, next, token, &answer)
		if challenge := header.Get("WWW-Authenticate"); err != nil && token == "" && challenge != "" {
			if token, err = s.token(ctx, challenge); err != nil {
				return nil, err
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, t := range answer.Tags {
			tags[t] = true
		}
		if next, err = following(next, header.Get("Link")); err != nil {
			return nil, err
		}
	}
	return tags, nil
}

var link = regexp.MustCompile(`<([^>]+)>\s*;\s*rel="?next"?`)

// following is the next page that a Link header names, "" for none.
func following(page, header string) (string, error) {
	m := link.FindStringSubmatch(header)
	if m == nil {
		return "", nil
	}
	base, err := url.Parse(page)
	if err != nil {
		return "", err
	}
	next, err := base.Parse(m[1])
	if err != nil {
		return "", err
	}
	if next.Host != base.Host {
		return "", fmt.Errorf("%s goes on at another host: %s", page, next.Host)
	}
	return next.String(), nil
}

var parameter = regexp.MustCompile(`(\w+)="([^"]*)"`)

// token is what the realm of a challenge gives to anybody
// (https://distribution.github.io/distribution/spec/auth/token/).
func (s *sources) token(ctx context.Context, challenge string) (string, error) {
	query, realm := url.Values{}, ""
	for _, m := range parameter.FindAllStringSubmatch(challenge, -1) {
		if m[1] == "realm" {
			realm = m[2]
		} else {
			query.Set(m[1], m[2])
		}
	}
	if !strings.HasPrefix(realm, "https://") {
		return "", fmt.Errorf("no way to ask: %s", challenge)
	}
	var answer struct {
		Token       string `json:"token"`
		AccessToken string `json:"access_token"`
	}
	if _, err := s.get(ctx, realm+"?"+query.Encode(), "", &answer); err != nil {
		return "", err
	}
	if answer.Token == "" {
		answer.Token = answer.AccessToken
	}
	if answer.Token == "" {
		return "", fmt.Errorf("%s gives no token", realm)
	}
	return answer.Token, nil
}

// get reads an answer of JSON. The header is there for a refusal too.
func (s *sources) get(ctx context.Context, address, token string, into any) (http.Header, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return http.Header{}, err
	}
	request.Header.Set("User-Agent", "dockgen-catalogue")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := s.client.Do(request)
	if err != nil {
		return http.Header{}, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return answer.Header, fmt.Errorf("%s: %s", address, answer.Status)
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return answer.Header, err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return answer.Header, fmt.Errorf("%s: %w", address, err)
	}
	return answer.Header, nil
}
