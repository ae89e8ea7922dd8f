package iam_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/aws/iam"
	"github.com/google/go-cmp/cmp"
)

// statement wraps one allow statement for everyone around what varies.
func statement(more string) string {
	return `{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"` + more + `}}`
}

func condition(body string) string { return statement(`,"Condition":` + body) }

func TestAskAnonymous(t *testing.T) {
	const world, none = exposure.ScopeWorld, exposure.ScopeNone
	tests := []struct {
		name, policy    string
		must, may       exposure.SourceScope
		public, unclear bool
	}{
		{"everyone", statement(""), world, world, true, false},
		{"a single statement object and AWS *", `{"Statement":{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["S3:GET*"],"Resource":"*"}}`, world, world, true, false},
		{"a service", `{"Statement":[{"Effect":"Allow","Principal":{"Service":"*"},"Action":"*","Resource":"*"}]}`, none, none, false, false},
		{"somebody in particular", `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"*","Resource":"*"}]}`, none, none, false, false},
		{"everybody but one", `{"Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"*","Resource":"*"}]}`, world, world, true, false},
		{"everybody but everyone", `{"Statement":[{"Effect":"Allow","NotPrincipal":"*","Action":"*","Resource":"*"}]}`, none, none, false, false},
		{"another action", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"*"}]}`, none, none, false, false},
		{"all but another action", `{"Statement":[{"Effect":"Allow","Principal":"*","NotAction":"s3:PutObject","Resource":"*"}]}`, world, world, true, false},
		{"all but this action", `{"Statement":[{"Effect":"Allow","Principal":"*","NotAction":"s3:Get*","Resource":"*"}]}`, none, none, false, false},
		{"the bucket and not its objects", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:s3:::b"}]}`, none, none, false, false},
		{"all but these objects", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","NotResource":"arn:aws:s3:::b/*"}]}`, none, none, false, false},
		{"denied to all", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}]}`, none, none, true, false},
		{"denied to somebody", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"}]}`, world, world, true, false},
		{"denied to all but somebody", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"}]}`, none, none, true, false},
		{"denied for all but some objects", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},{"Effect":"Deny","Principal":"*","Action":"*","NotResource":"arn:aws:s3:::b/public/*"}]}`, world, world, true, false},
		{"denied with a chosen header", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"NumericLessThan":{"s3:TlsVersion":"1.2"}}}]}`, world, world, true, false},
		{"denied outside the organisation", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}}}]}`, none, none, true, false},

		{"TLS only", condition(`{"Bool":{"aws:SecureTransport":true}}`), world, world, true, false},
		{"plain HTTP only", condition(`{"Bool":{"aws:SecureTransport":"false"}}`), none, none, false, false},
		{"one address", condition(`{"IpAddress":{"aws:SourceIp":"198.51.100.7"}}`), exposure.ScopeRestricted, exposure.ScopeRestricted, false, false},
		{"a /8", condition(`{"IpAddress":{"AWS:SourceIP":["52.0.0.0/8"]}}`), exposure.ScopeBroad, exposure.ScopeBroad, false, false},
		{"half the internet", condition(`{"IpAddress":{"aws:SourceIp":["0.0.0.0/1"]}}`), world, world, true, false},
		{"all but a range", condition(`{"NotIpAddress":{"aws:SourceIp":["198.51.100.0/24"]}}`), world, world, true, false},
		{"private addresses", condition(`{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`), none, none, false, false},
		{"an unreadable range", condition(`{"IpAddress":{"aws:SourceIp":"office"}}`), none, world, true, true},
		{"two conditions", condition(`{"IpAddress":{"aws:SourceIp":"198.51.100.0/24"},"StringEquals":{"aws:SourceVpce":"vpce-1"}}`), none, none, false, false},
		{"an endpoint", condition(`{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`), none, none, false, false},
		{"outside an endpoint", condition(`{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}`), world, world, true, false},
		{"an endpoint if there is one", condition(`{"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}}`), world, world, true, false},
		{"no endpoint", condition(`{"Null":{"aws:SourceVpce":"true"}}`), world, world, true, false},
		{"some endpoint", condition(`{"Null":{"aws:SourceVpce":"false"}}`), none, none, false, false},
		{"for all of no values", condition(`{"ForAllValues:StringEquals":{"aws:PrincipalOrgPaths":"o-1/*"}}`), world, world, true, false},
		{"for any of no values", condition(`{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-1/*"}}`), none, none, false, false},
		{"any organisation", condition(`{"StringLike":{"aws:PrincipalOrgID":"*"}}`), none, world, true, true},
		{"a user id", condition(`{"StringLike":{"aws:userid":"AROAEXAMPLE:*"}}`), none, none, false, false},
		{"a service acting for somebody", condition(`{"Bool":{"aws:ViaAWSService":"true"}}`), none, none, false, false},
		{"a referer", condition(`{"StringLike":{"aws:Referer":"https://example.com/*"}}`), world, world, true, false},
		{"a key without a model", condition(`{"StringEquals":{"s3:ExistingObjectTag/a":"b"}}`), none, world, true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := iam.Parse(tt.policy)
			if err != nil {
				t.Fatalf("Parse: %v", err)
			}
			a := p.Ask(iam.Query{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*", Secure: true})
			got := []any{reach.ScopeOf(a.Must), reach.ScopeOf(a.May), a.Public, len(a.Gaps) > 0}
			want := []any{tt.must, tt.may, tt.public, tt.unclear}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Ask(s3:GetObject) of %s: must, may, public, unclear (-want +got):\n%s", tt.policy, diff)
			}
		})
	}
}

func TestAskGrantedComesFromWhereThePolicySays(t *testing.T) {
	p, err := iam.Parse(`{"Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"es:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"198.51.100.0/24"},"StringEquals":{"aws:PrincipalTag/team":"a"}}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	q := iam.Query{Who: iam.Granted, Action: "es:ESHttpGet", Resource: "*", Secure: true}
	if got := reach.ScopeOf(p.Ask(q).Must); got != exposure.ScopeRestricted {
		t.Errorf("Ask(%+v) admits %s for certain, want restricted", q, got)
	}
	q.Who = iam.Anonymous
	if got := p.Ask(q); !got.May.IsEmpty() {
		t.Errorf("Ask(%+v) admits %v, want nobody", q, got.May.Prefixes())
	}
}

func TestLessTakesDeniedSourcesFromAGrant(t *testing.T) {
	p, err := iam.Parse(`{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"198.51.100.0/24"}}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	left, _ := p.Less(iam.Query{Action: "s3:ListBucket", Resource: "arn:aws:s3:::b"}, reach.Exactly(iam.Everywhere()))
	if got := reach.ScopeOf(left.May); got != exposure.ScopeRestricted {
		t.Errorf("Less leaves %s, want restricted", got)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{`[]`, `{`, `{}`, `{"Statement":3}`, `{"Statement":[{"Effect":"allow"}]}`, `{"Statement":[{"Effect":"Allow","Principal":[{}]}]}`, `{"Statement":[{"Effect":"Allow","Action":{}}]}`} {
		if p, err := iam.Parse(text); err == nil {
			t.Errorf("Parse(%s) = %+v, want an error", text, p)
		}
	}
	if p, err := iam.Parse(" "); err != nil || len(p.Statements) != 0 {
		t.Errorf("Parse of nothing = %+v, %v, want no statements", p, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(statement(""))
	f.Add(condition(`{"IpAddress":{"aws:SourceIp":["0.0.0.0/1",""]}}`))
	f.Fuzz(func(t *testing.T, text string) {
		p, err := iam.Parse(text)
		if err != nil {
			return
		}
		a := p.Ask(iam.Query{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*"})
		if !a.Must.Minus(a.Likely).IsEmpty() || !a.Likely.Minus(a.May).IsEmpty() {
			t.Errorf("Ask of %s: Must ⊆ Likely ⊆ May does not hold: %+v", text, a.Bound)
		}
	})
}
