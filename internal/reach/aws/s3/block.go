package s3

import (
	"fmt"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// The four switches of a public access block.
const (
	blockACLs       = "block_public_acls"
	blockPolicy     = "block_public_policy"
	ignoreACLs      = "ignore_public_acls"
	restrictBuckets = "restrict_public_buckets"
)

// state says how a switch stands.
type state int

const (
	off state = iota
	on
	unsure
)

// toggle is a switch as far as it is known.
type toggle struct {
	state       state
	doubt       reach.Doubt // of an unsure one
	gap         exposure.Gap
	from        *tfstate.Resource // who says so; nil for an assumption
	assumptions []string
}

// toggle tells how a switch stands over the bucket: S3 takes the strictest of
// bucket and account. accepted tells that S3 took a public grant of the kind
// that the switches are about, so that they were off.
func (b *bucket) toggle(name string, accepted bool) toggle {
	own, account := b.ownToggle(name, accepted), accountToggle(b.g, name)
	switch {
	case own.state == on:
		return own
	case account.state == on:
		return account
	case own.state == unsure:
		return own
	case account.state == unsure:
		return account
	}
	own.assumptions = append(own.assumptions, account.assumptions...)
	return own
}

func (b *bucket) ownToggle(name string, accepted bool) toggle {
	var declared []toggle
	for _, p := range b.parts["aws_s3_bucket_public_access_block"] {
		t := read(p.resource, name)
		if !p.certain && t.state == on {
			t = toggle{state: unsure, doubt: reach.Pending, gap: exposure.Gap{
				Resource: p.resource.Address, Attribute: "bucket",
				Reason: "which bucket it covers is known only after apply", Remedy: "Analyse again after apply",
			}}
		}
		declared = append(declared, t)
	}
	switch {
	case len(declared) > 0:
		return strictest(declared)
	case b.fresh() && b.old():
		return toggle{assumptions: []string{assumeOldDefaults}}
	case b.fresh():
		return toggle{state: on, assumptions: []string{assumeBlockDefault}}
	case priorOn(b, "aws_s3_bucket_public_access_block"):
		return toggle{} // the plan deletes it
	case accepted:
		return toggle{assumptions: []string{assumeBlockOff}}
	}
	return toggle{state: unsure, doubt: reach.Unread, gap: exposure.Gap{
		Resource: b.label(), Reason: "no public access block of the bucket is declared, and it may have one",
		Remedy: "Declare an aws_s3_bucket_public_access_block for it",
	}}
}

// accountToggle reads the blocks of the account. Which of several accounts a
// bucket is in is not told, so that they have to agree.
func accountToggle(g *reach.Graph, name string) toggle {
	blocks := g.Resources("aws_s3_account_public_access_block")
	if len(blocks) == 0 {
		return toggle{assumptions: []string{assumeAccountOff}}
	}
	first := read(blocks[0], name)
	for _, r := range blocks[1:] {
		if read(r, name).state != first.state {
			return toggle{state: unsure, doubt: reach.Unread, gap: exposure.Gap{
				Resource: r.Address, Attribute: name, Reason: "which of several accounts the bucket is in is not known",
				Remedy: "Analyse the accounts one by one",
			}}
		}
	}
	return first
}

func read(r *tfstate.Resource, name string) toggle {
	v := r.Attr(name)
	if tfstate.Unknown(v) {
		return toggle{state: unsure, doubt: reach.Pending, from: r, gap: exposure.Gap{
			Resource: r.Address, Attribute: name, Reason: fmt.Sprintf("%s is known only after apply", name),
			Remedy: "Analyse again after apply",
		}}
	}
	if set, _ := tfstate.Bool(v); set {
		return toggle{state: on, from: r}
	}
	return toggle{from: r}
}

func strictest(list []toggle) toggle {
	out := list[0]
	for _, t := range list[1:] {
		if t.state == on || t.state == unsure && out.state == off {
			out = t
		}
	}
	return out
}

// over limits what a grant admits to what the switch leaves of it.
func (t toggle) over(granted reach.Bound) reach.Bound {
	switch t.state {
	case on:
		return reach.Bound{}
	case unsure:
		limited := reach.Bound{May: granted.May}
		if t.doubt == reach.Unread {
			limited.Likely = granted.Likely
		}
		return limited
	}
	return granted
}
