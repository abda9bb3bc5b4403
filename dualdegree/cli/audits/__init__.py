"""How are cases, students and cohorts audited from a terminal?"""
