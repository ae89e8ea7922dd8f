package estate

import (
	"fmt"
	"hash/fnv"
	"maps"
)

const (
	region  = "eu-west-1"
	account = "123456789012"
)

// stack is one deployment of the module that the estate consists of.
type stack struct {
	number int
	all    []resource
}

func newStack(number int) *stack { return &stack{number: number} }

func stackName(number int) string { return fmt.Sprintf("team-%05d", number) }

// resources returns the resources of the stack, in the same order every time.
func (s *stack) resources() []resource {
	s.network()
	s.groups()
	s.machines()
	s.balancers()
	s.buckets()
	s.roles()
	s.watched()
	s.stored()
	return s.all
}

// add adds the instance with the attributes that every resource has.
func (s *stack) add(typ, name string, index any, attrs object) {
	full := object{"id": s.id(typ, name, index), "timeouts": nil, "tags": s.tags(name), "tags_all": s.tags(name)}
	maps.Copy(full, attrs)
	s.all = append(s.all, resource{stack: s.number, typ: typ, name: name, index: index, attrs: full})
}

func (s *stack) tags(name string) object {
	return object{
		"Name": stackName(s.number) + "-" + name, "CostCenter": fmt.Sprintf("cc-%04d", s.number%977), "Environment": "production",
		"ManagedBy": "terraform", "Owner": stackName(s.number) + "@example.com", "Service": name,
	}
}

// id returns the id of a resource as AWS gives them: a prefix and 17 digits.
func (s *stack) id(typ, name string, index any) string {
	prefix := prefixes[typ]
	if prefix == "" {
		return fmt.Sprintf("%s-%s-%s", stackName(s.number), name, s.hash(typ, name, index)[:8])
	}
	return prefix + "-0" + s.hash(typ, name, index)
}

func (s *stack) hash(parts ...any) string {
	h := fnv.New64a()
	fmt.Fprint(h, s.number, parts)
	return fmt.Sprintf("%016x", h.Sum64())
}

func (s *stack) arn(service, resource string) string {
	return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, region, account, resource)
}

// blank returns the names as attributes that are null, as most attributes of
// most resources are.
func blank(names ...string) object {
	out := object{}
	for _, name := range names {
		out[name] = nil
	}
	return out
}

// with returns base with the attributes added.
func with(base, attrs object) object {
	maps.Copy(base, attrs)
	return base
}

var prefixes = map[string]string{
	"aws_vpc": "vpc", "aws_subnet": "subnet", "aws_internet_gateway": "igw", "aws_nat_gateway": "nat", "aws_eip": "eipalloc",
	"aws_route_table": "rtb", "aws_route_table_association": "rtbassoc", "aws_network_acl": "acl", "aws_security_group": "sg",
	"aws_vpc_security_group_ingress_rule": "sgr", "aws_instance": "i", "aws_network_interface": "eni", "aws_ebs_volume": "vol",
}
