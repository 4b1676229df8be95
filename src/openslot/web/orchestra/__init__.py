"""The Orchestra Calendar API: a wire format for programs that book against an Orchestra server."""
