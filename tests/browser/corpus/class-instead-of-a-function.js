// allowed: thrown
class validateOperation {}
