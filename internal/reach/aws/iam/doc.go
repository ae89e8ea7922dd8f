// Package iam reads AWS resource policies, such as those of buckets and search
// domains, and says which internet addresses they admit to which action.
//
// It judges one policy at a time as AWS documents it: allow statements add,
// deny statements take away, in no order. It refuses to know anything beyond
// the policy: identity policies, service control policies and permission
// boundaries can only take away further and are not seen here. A condition it
// has no model of makes its statement uncertain, never ignored.
package iam
