"""numpy's integers: dtype and value of each expression, as on a 64-bit Linux."""
import io
import numpy as np

def show(value):
    if isinstance(value, (np.ndarray, np.generic)):
        return f"{value.dtype} {value.tolist()}"
    if isinstance(value, (tuple, list)):
        return ", ".join(map(show, value))
    return f"{type(value).__name__} {value}"

TABLE = r"""
np.array([1])
np.array([50000,70000])**2
np.array([[1,2],[3,4]])
np.arange(5)
np.arange(1,100001).sum()
(np.arange(1,100001)**2).sum()
np.arange(1,21).prod()
np.array([2**31])
np.array([2**63])
np.array([True,False]).sum()
np.array([True]).cumsum()
np.array([1,2],dtype=np.int32).sum()
np.array([1,2],dtype=np.int8).prod()
np.array([1,2],dtype=np.uint8).sum()
np.array([1,2],dtype=np.uint32).cumsum()
np.array([1,2],dtype=np.int16).cumprod()
np.array([1,2],dtype=np.int32)+1
np.array([1,2],dtype=np.int8)*2
np.add.reduce([1,2,3])
np.add.accumulate(np.array([1,2],np.int8))
np.add.reduceat(np.arange(8),[0,4,1,5])
np.add.reduceat(np.arange(8),np.array([0,4]))
np.multiply.reduce(np.array([2]*40))
np.zeros(2,int)
np.zeros(2,dtype='int')
np.ones((2,2),int)@np.ones((2,2),int)*60000
np.full(3,7)
np.full(3,2**31)
np.full(2,1,dtype=int)
np.linspace(0,10,5,dtype=int)
np.eye(2,dtype=int)
np.identity(2,int)
np.array([1.7,2.2]).astype(int)
np.array(['1','22']).astype(int)
np.array([1,2]).astype('int')
np.loadtxt(io.StringIO("1 2\n3 4"),dtype=int)
np.genfromtxt(io.StringIO("1 2\n3 4"),dtype=int)
np.genfromtxt(io.StringIO("1 2\n3 4"),dtype=None)
np.fromstring("1 2 3",dtype=int,sep=" ")
np.frombuffer(b"\x01"+bytes(15),dtype=int)
np.fromiter((x for x in range(3)),int)
np.fromfunction(lambda i,j:i+j,(2,2),dtype=int)
np.random.seed(42) or np.random.randint(0,100,5)
np.random.seed(1) or np.random.randint(10)
np.random.seed(1) or np.random.randint(0,2**40,3)
np.random.seed(1) or np.random.permutation(5)
np.random.seed(1) or np.random.choice(5,3)
np.random.seed(1) or np.random.choice([10,20,30],3)
np.random.seed(1) or np.random.binomial(10,.5,5)
np.random.seed(1) or np.random.poisson(5,5)
np.random.seed(1) or np.random.geometric(.3,5)
np.random.seed(1) or np.random.hypergeometric(5,5,5,4)
np.random.seed(1) or np.random.multinomial(20,[1/6.]*6)
np.random.seed(1) or np.random.negative_binomial(5,.5,4)
np.random.seed(1) or np.random.zipf(2,4)
np.random.seed(1) or np.random.logseries(.6,4)
np.random.seed(1) or np.random.binomial(10,.5)
np.random.seed(1) or np.random.poisson(5)
np.random.seed(1) or np.random.randint([1,2],[5,9])
np.random.RandomState(3).randint(0,100,4)
np.random.RandomState(3).permutation(4)
np.random.default_rng(0).integers(5,size=3)
np.random.default_rng(0).integers(5)
np.random.default_rng(0).permutation(5)
np.random.default_rng(0).choice(5,2)
np.random.default_rng(0).poisson(5,2)
np.random.default_rng(0).multinomial(5,[.5,.5])
np.random.default_rng(0).binomial(5,.5,3)
np.cumsum([2**30]*4)
np.cumprod([2**20]*3)
np.sum([2**30]*4)
np.prod([10]*12)
np.dot([100000],[100000])
np.outer([100000],[100000])
np.trace(np.array([[2**30,0],[0,2**30]]))
np.einsum('i,i',[100000],[100000])
np.diff([1,2**31+5])
np.power(10,12)
np.add(2**31,1)
np.multiply(100000,100000)
np.square(100000)
np.abs(-5)
np.sign(-5)
np.clip([1,5],2,3)
np.mod(7,3)
np.floor_divide(7,2)
np.left_shift(1,40)
np.bitwise_and(12,10)
np.gcd(12,18)
np.lcm(4,6)
np.negative(3)
np.where([True,False],1,2)
np.where([True,False])
np.argsort([3,1])
np.argmax([1,9])
np.argmin([[1,9],[2,0]],axis=1)
np.nonzero([0,1])
np.flatnonzero([0,1,1])
np.argwhere([0,1])
np.digitize([1,5],[2,4])
np.bincount([1,1])
np.bincount(np.array([1,1,3]),weights=[1,2,3])
np.unique([3,1,1])
np.unique([3,1,1],return_index=True,return_inverse=True,return_counts=True)
np.unique_counts(np.array([3,1,1])).counts
np.histogram([1,2,3],bins=2)
np.lexsort(([1,2],[2,1]))
np.argpartition([3,1,2],1)
np.unravel_index(5,(2,3))
np.ravel_multi_index((1,2),(2,3))
np.tril_indices(2)
np.indices((2,2))
np.mgrid[0:2,0:2]
np.ogrid[0:2]
np.r_[1:4]
np.r_[1,2,3]
np.c_[[1,2],[3,4]]
np.tri(2,dtype=int)
np.array([1,2]).max()
np.array([1,2]).min()
np.array([5]).item()
np.array([1,2]).tolist()
np.array([1,2])*3_000_000_000
np.array([1,2])/2
np.array([1,2])//2
np.array([1,2])**40
2**np.array([40])
np.array([True])+5
np.array([True])*2**40
np.array([1,2],dtype=bool)*3
~np.array([1])
-np.array([2**31])
np.array([1,2])<<40
np.iinfo(int).max
np.dtype(int)
np.dtype('int')
np.dtype('uint')
np.int_(5)
np.int_
np.uint(5)
np.long(5)
np.result_type(1,np.int8)
np.result_type(int)
np.asarray(5)
np.asarray([1,2,3])
np.atleast_1d(5)
np.array(5)
np.array([1,None])
np.array([1,2.5])
np.array([])
np.array((1,2))
np.array(range(3))
np.concatenate([[1],[2]])
np.stack([[1],[2]])
np.hstack([1,2])
np.append([1,2],3)
np.insert([1,2],1,5)
np.delete([1,2,3],1)
np.repeat([1,2],2)
np.repeat([1,2],np.array([1,2]))
np.repeat([1,2],[1,2])
np.tile([1,2],2)
np.take([5,6,7],[0,2])
np.take([5,6,7],np.array([0,2]))
np.choose([0,1],[[1,2],[3,4]])
np.arange(10)[np.array([1,2])]
np.arange(10)[[1,2]]
np.partition([3,1,2],np.array([1]))
np.count_nonzero([1,0,2])
np.count_nonzero([[1,0],[2,2]],axis=0)
np.ediff1d([1,2,4])
np.convolve([1,2],[1,2])
np.correlate([1,2],[1,2])
np.poly1d([1,2])(5)
np.polyval([1,2],5)
np.linalg.matrix_power(np.array([[1,1],[1,0]]),60)
np.datetime64('2024-01-01').astype(int)
np.array(['2005-01-03T14:30:00'],dtype='datetime64[ns]').astype(int)
np.timedelta64(5,'D')/np.timedelta64(1,'D')
np.array([1,2],dtype=[('a',int)])
np.zeros(1,dtype=[('a','i4'),('b',int)]).dtype
np.char.str_len(['a','bb'])
np.char.find(['abc'],'b')
np.char.count(['aa'],'a')
np.strings.str_len(np.array(['a','bb']))
np.bool_(True)+1
np.int64(5)+1
np.int32(5)+1
np.int32(5)*np.int64(2)
int(np.array([5])[0])
np.array([1,2]).dtype.name
np.array([1,2]).nbytes
np.array([1,2]).itemsize
np.arange(3).dtype==np.int64
np.arange(3).dtype==int
np.arange(0,10,2.5)
np.arange(3.0)
np.arange(3,dtype=np.int32)
np.nansum([1,2])
np.nancumsum([1,2])
np.intersect1d([1,2],[2,3],return_indices=True)
np.logical_or.reduce([1,0])
np.meshgrid([1,2],[3,4])
np.asarray([1,2]).view(np.uint8).size
np.array([10**20])
np.array([1,2],dtype='i').itemsize
np.array([1,2]).astype(np.int_).dtype
np.sum(np.array([1,2],dtype=np.int32),dtype=np.int32)
sum(np.array([1,2]))
np.array([2**31-1])+1
np.array([2**62])*2
""".strip().split("\n")

for line in TABLE:
    print(line, "=>", show(eval(line)))
